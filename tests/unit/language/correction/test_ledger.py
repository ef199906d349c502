from hypothesis import given
from hypothesis import strategies as st

from ivr.language.correction.ledger import Event, Trust, What, judge
from ivr.language.correction.values import Entry, State

STRANGE = Entry("guifi", "wifi")
COMMON = Entry("salgo", "saldo")
SOURCES = st.sampled_from(["ana", "luis", "600111222", "600111333", "600111444"])
EVENTS = st.lists(st.builds(Event, st.sampled_from(What), SOURCES), max_size=12)


def happened(*what: What, source: str = "600111222") -> list[Event]:
    return [Event(item, source) for item in what]


def test_what_a_person_teaches_is_used_at_once() -> None:
    standing = judge(STRANGE, [Event(What.TAUGHT, "ana")])
    assert (standing.state, standing.why) == (State.ACTIVE, "taught by ana")


def test_a_common_word_waits_for_its_context_whoever_teaches_it() -> None:
    waiting = judge(COMMON, [Event(What.TAUGHT, "ana")])
    assert waiting.state is State.CANDIDATE
    assert "common word" in waiting.why
    told = judge(COMMON, [Event(What.TAUGHT, "ana"), Event(What.TAUGHT, "ana", before=frozenset({"mi"}))])
    assert (told.state, told.entry.before) == (State.ACTIVE, frozenset({"mi"}))


def test_calls_are_trusted_once_three_callers_agree() -> None:
    calls = [Event(What.HEARD, f"60011122{n}") for n in range(3)]
    assert judge(STRANGE, calls[:2]).state is State.CANDIDATE
    assert judge(STRANGE, calls[:2] * 4).state is State.CANDIDATE
    assert judge(STRANGE, calls).state is State.ACTIVE


def test_neighbours_count_as_context_once_two_callers_used_them() -> None:
    def heard(caller: str, before: str) -> Event:
        return Event(What.HEARD, caller, frozenset({before}), frozenset({"$"}))

    standing = judge(COMMON, [heard("1", "mi"), heard("2", "mi"), heard("3", "el"), heard("3", "el")])
    assert standing.state is State.ACTIVE
    assert (standing.entry.before, standing.entry.after) == (frozenset({"mi"}), frozenset({"$"}))


def test_a_side_that_somebody_left_open_stays_open() -> None:
    one_side = Event(What.TAUGHT, "ana", before=frozenset({"el"}))
    both = Event(What.TAUGHT, "luis", frozenset({"mi"}), frozenset({"$"}))
    for events in ([one_side, both], [both, one_side]):
        standing = judge(COMMON, events)
        assert (standing.entry.before, standing.entry.after) == (frozenset({"el", "mi"}), frozenset())


def test_a_word_that_nobody_says_is_free_once_somebody_names_no_neighbours() -> None:
    tied = Event(What.TAUGHT, "ana", before=frozenset({"el"}))
    assert judge(STRANGE, [tied]).entry.before == {"el"}
    assert judge(STRANGE, [tied, Event(What.TAUGHT, "luis")]).entry.before == frozenset()


def test_a_row_of_a_file_that_nobody_vouches_for_waits() -> None:
    assert judge(STRANGE, [Event(What.SUGGESTED, "bank.csv")]).state is State.CANDIDATE


def test_what_callers_deny_is_demoted() -> None:
    taught = [Event(What.TAUGHT, "ana")]
    assert judge(STRANGE, [*taught, *happened(What.REVERTED)]).state is State.ACTIVE
    denied = judge(STRANGE, [*taught, *happened(What.FIRED, What.REVERTED, What.FIRED, What.REVERTED)])
    assert (denied.state, denied.why) == (State.DEMOTED, "callers denied 2 of 2")
    often_right = happened(*[What.CONFIRMED] * 8, What.REVERTED, What.REVERTED)
    assert judge(STRANGE, [*taught, *often_right]).state is State.ACTIVE


def test_teaching_again_begins_a_new_trial() -> None:
    for ended in (happened(What.REVERTED, What.REVERTED), [Event(What.REVOKED, "ana")]):
        events = [Event(What.TAUGHT, "ana"), *ended]
        assert judge(STRANGE, events).state in {State.DEMOTED, State.REVOKED}
        assert judge(STRANGE, [*events, Event(What.TAUGHT, "luis")]).why == "taught by luis"


@given(EVENTS, EVENTS)
def test_revoking_is_final_until_somebody_teaches_it_again(before: list[Event], after: list[Event]) -> None:
    later = [event for event in after if event.what is not What.TAUGHT]
    assert judge(STRANGE, [*before, Event(What.REVOKED, "ana"), *later]).state is State.REVOKED


@given(EVENTS)
def test_one_caller_alone_never_makes_a_correction_active(events: list[Event]) -> None:
    alone = [Event(event.what, "600111222") for event in events if event.what is not What.TAUGHT]
    assert judge(STRANGE, alone).state is not State.ACTIVE


@given(EVENTS, st.integers(1, 5))
def test_denials_never_help(events: list[Event], more: int) -> None:
    if judge(STRANGE, events).state is not State.ACTIVE:
        assert judge(STRANGE, [*events, *happened(*[What.REVERTED] * more)]).state is not State.ACTIVE


@given(EVENTS)
def test_a_common_word_is_never_active_without_context(events: list[Event]) -> None:
    assert judge(COMMON, events).state is not State.ACTIVE


@given(EVENTS)
def test_a_stricter_rule_never_lets_more_through(events: list[Event]) -> None:
    strict = Trust(callers=4, reverted=1, share=0.0)
    if judge(STRANGE, events, strict).state is State.ACTIVE:
        assert judge(STRANGE, events).state is State.ACTIVE
