"""The closed list of phrases a persona must have, the slots of each, and what answer a question asks for."""

from __future__ import annotations

from ivr.dialogue.conversation import Expectation

_BY_SLOTS: dict[tuple[str, ...], str] = {
    (): """
        greeting one_moment got_it no_input no_input_goodbye go_ahead not_understood interject never_stops failed
        time_limit ask_account account_again how_can_i_help greet_back anything_else thanks farewell
        empathy sorry out_of_scope yes_what nothing_pending who_are_you wait_for_caller repeating
        offer_agent offer_manager transfer_to_agent transfer_to_manager transfer_failed tool_failed
        status_ok status_suspended ask_rebooted advise_reboot rebooted_already fixed_glad offer_callback
        ask_phone phone_again ask_date ask_time date_past callback_first callback_dropped
        ask_reason offer_retention cancel_dropped
        ask_field ask_new_phone ask_new_email email_again contact_dropped nothing_done correction_noted
        no_bill_due abandoned
        """,
    ("account",): "account_unknown",
    ("digits",): "account_length phone_length",
    ("amount",): "balance",
    ("date",): "due_date callback_closed",
    ("plan", "price"): "plan",
    ("until",): "status_outage",
    ("name",): "name_known",
    ("date", "time", "phone"): "callback_done",
    ("account", "service"): "confirm_cancel",
    ("end",): "cancel_done",
    ("phone",): "confirm_phone",
    ("email",): "confirm_email",
    ("value",): "contact_done",
    ("first", "second"): "clarify",
    ("reference",): "ticket",
}
PHRASES: dict[str, frozenset[str]] = {
    name: frozenset(slots) for slots, names in _BY_SLOTS.items() for name in names.split()
}
"""Phrase name -> the slots each of its variants must say."""

FACTS = frozenset({"opening_hours", "payment", "sales", "order_status", "security"})
"""Facts that the engine relies on; a persona may know more."""

_QUESTIONS: dict[Expectation, str] = {
    Expectation.DIGITS: "ask_account account_again ask_phone phone_again ask_new_phone",
    Expectation.EMAIL: "ask_new_email email_again",
    Expectation.DATE: "ask_date ask_time",
    Expectation.YES_NO: """
        anything_else offer_agent offer_manager ask_rebooted advise_reboot offer_callback offer_retention
        confirm_cancel confirm_phone confirm_email no_input thanks
        """,
    Expectation.ANY: "greeting how_can_i_help greet_back ask_reason ask_field clarify",
}
_EXPECTS = {name: kind for kind, names in _QUESTIONS.items() for name in names.split()}


def question_of(name: str, account_digits: int, phone_digits: int) -> tuple[Expectation | None, int]:
    """Say what answer a phrase asks for and how many digits it has; None where it asks nothing."""
    expects = _EXPECTS.get(name)
    if expects is not Expectation.DIGITS:
        return expects, 0
    return expects, account_digits if "account" in name else phone_digits
