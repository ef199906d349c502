from __future__ import annotations

from ivr.telephony.events import Bridge, Channel
from ivr.telephony.reconciliation import look


def test_only_our_application_and_our_prefixes_are_ours() -> None:
    sight = look(
        "ivr",
        [
            Channel("caller", app_name="Stasis", app_data="ivr,consent"),
            Channel("transferred", app_name="Queue", app_data="people"),
            Channel("other-app", app_name="Stasis", app_data="ivr-b"),
            Channel("ivr-media-1", app_name="Stasis", app_data="ivr"),
            Channel("ivr-media-2", app_name="AppDial2"),
            Channel("ivr-b-media-1", app_name="Stasis", app_data="ivr-b"),
        ],
        [Bridge("ivr-bridge-1"), Bridge("ivr-b-bridge-1"), Bridge("e5c1")],
    )
    assert sight.callers == {"caller"}
    assert sight.media == {"ivr-media-1", "ivr-media-2"}
    assert sight.bridges == {"ivr-bridge-1"}


def test_what_two_looks_show_and_nobody_owns_is_left_over() -> None:
    first = look("ivr", [Channel("ivr-media-1"), Channel("ivr-media-2"), Channel("ivr-media-3")], [])
    second = look("ivr", [Channel("ivr-media-2"), Channel("ivr-media-3")], [])
    assert first.both(second).without(frozenset({"ivr-media-3"})).everything == {"ivr-media-2"}


def test_the_far_half_of_a_leg_that_somebody_owns_is_no_leftover() -> None:
    seen = look("ivr", [Channel("ivr-person-1."), Channel("ivr-person-1.;2")], [])
    assert seen.without(frozenset({"ivr-person-1."})).everything == frozenset()


def test_a_caller_and_a_person_who_talk_are_told_apart_until_one_of_them_leaves() -> None:
    channels = [Channel("caller", app_name="Stasis", app_data="ivr"), Channel("ivr-person-1."), Channel("ivr-media-1")]
    talking = look("ivr", channels, [Bridge("ivr-bridge-joint.1", ("caller", "ivr-person-1."))])
    assert talking.joined == {"caller", "ivr-person-1.", "ivr-bridge-joint.1"}
    assert talking.without(talking.joined).everything == {"ivr-media-1"}
    alone = look("ivr", channels[:1], [Bridge("ivr-bridge-joint.1", ("caller",))])
    assert alone.joined == frozenset()
    assert alone.everything == {"caller", "ivr-bridge-joint.1"}
