from __future__ import annotations

import pytest

from ivr.dialogue.outcome import Outcome
from ivr.errors import ConfigError
from ivr.trials.evaluation.run import chosen
from ivr.trials.evaluation.suite import CalledFor, Expected, parse_suite

WHOLE = """
voice: em_santa
scenarios:
  - name: balance
    about: the second use case
    speed: 1.1
    steps:
      - expect: asistente
      - say: [one, two]
        expect: {all_of: [a, b], any_of: c}
        absent: d
        calls: [end_call, {tool: get_account_balance, arguments: {account_id: "123456"}, times: 1}]
        within_ms: 900
      - dtmf: "123456#"
        interrupt_after: 500
      - silence: 10
    calls: []
    ends: [completed, transferred]
    database: [{table: callbacks, where: {phone: "1"}, count: 0}]
  - name: other
    voice: em_alex
    steps: [{say: x, calls: []}]
    ends: completed
"""


def test_a_suite_is_read_with_its_short_forms_written_out() -> None:
    suite = parse_suite(WHOLE, "x.yaml")
    first, second = suite.scenarios
    greeting, said, keyed, silent = first.steps
    assert greeting.expect == Expected(any_of=("asistente",))
    assert said.say == ("one", "two")
    assert said.expect == Expected(any_of=("c",), all_of=("a", "b"))
    assert said.absent == ("d",)
    assert said.calls == (
        CalledFor(tool="end_call"),
        CalledFor(tool="get_account_balance", arguments={"account_id": "123456"}, times=1),
    )
    assert (keyed.dtmf, keyed.interrupt_after, silent.silence) == ("123456#", 500, 10)
    assert keyed.calls is None
    assert second.steps[0].calls == ()
    assert first.ends == (Outcome.COMPLETED, Outcome.TRANSFERRED)
    assert (suite.voice(first), suite.voice(second)) == ("em_santa", "em_alex")


def test_every_part_knows_its_line() -> None:
    suite = parse_suite(WHOLE, "x.yaml")
    first, second = suite.scenarios
    assert suite.line(first) == 4
    assert suite.line(first, "steps", 1) == 9
    assert suite.line(first, "steps", 1, "absent") == 11
    assert suite.line(first, "steps", 1, "calls", 1) == 12
    assert suite.line(second, "ends") == 23


def step(text: str) -> str:
    return f"scenarios:\n  - name: x\n    steps:\n      - {text}\n"


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        (
            step("{say: hola, expct: adiós}"),
            4,
            "no key is called 'expct' here; did you mean 'expect'? allowed: say, dtmf",
        ),
        (step("{say: hola}") + "    end: completed\n", 5, "did you mean 'ends'? allowed: name, about"),
        (step("{say: hola}") + "    ends: finished\n", 5, "'completed', 'caller_hung_up'"),
        (step("{say: no}"), 4, "in quotes (YAML reads this as yes or no)"),
        (step("{dtmf: 123456}"), 4, "in quotes (YAML reads this as the int 123456)"),
        (step("{dtmf: 12a}"), 4, "does not have the form ^[0-9*#]"),
        (step('{say: hola, expect: "("}'), 4, "is no regular expression"),
        (step("{say: hola, dtmf: '1'}"), 4, "say and dtmf in one step"),
        (step("{silence: 5, interrupt_after: 3}"), 4, "interrupt_after needs say or dtmf"),
        (step("{say: hola}\n      - {expect: x}"), 2, "step 2 says nothing"),
        (step("{say: hola, calls: [{name: x}]}"), 4, "no key is called 'name' here; allowed: tool, arguments, times"),
        (step("{say: hola}") + "    database:\n      - {table: client}\n", 6, "'customers', 'callbacks'"),
        (step("{say: hola}") + "  - name: x\n    steps: [{say: hola}]\n", 5, "another is called 'x'; rename one"),
        (step("{say: hola}") + "    name: y\n", 5, "the key stands already in line"),
        ("scenarios: []\n", 1, "give at least 1"),
        ("escenarios: []\n", 1, "did you mean 'scenarios'?"),
        ("scenarios: [\n", 2, "not valid YAML"),
        ("- 1\n", 1, "a suite is a mapping"),
        ("", 1, "a suite is a mapping"),
    ],
)
def test_a_wrong_file_names_the_line_and_what_may_stand_there(text: str, line: int, complaint: str) -> None:
    with pytest.raises(ConfigError, match=rf"^wrong\.yaml, line {line}[,:]") as caught:
        parse_suite(text, "wrong.yaml")
    assert complaint in str(caught.value)


def test_scenarios_are_chosen_by_a_part_of_their_name() -> None:
    suite = parse_suite(WHOLE, "x.yaml")
    assert [scenario.name for _, scenario in chosen([suite], ["BAL"])] == ["balance"]
    assert [scenario.name for _, scenario in chosen([suite], [])] == ["balance", "other"]
    assert chosen([suite], ["nothing"]) == []
