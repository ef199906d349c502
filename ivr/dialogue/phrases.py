"""The closed list of phrases a persona must have, the slots of each, and what answer a question asks for."""

from __future__ import annotations

from ivr.dialogue.conversation import Expectation

_BY_SLOTS: dict[tuple[str, ...], str] = {
    (): """
        greeting one_moment please_wait doing_it sure got_it no_input no_input_goodbye go_ahead not_understood interject
        never_stops failed time_limit ask_account how_can_i_help greet_back anything_else welcome farewell
        empathy upset out_of_scope yes_what nothing_pending who_are_you wait_for_caller repeating resume
        offer_agent offer_manager transfer_to_agent transfer_to_manager transfer_failed tool_failed
        status_active status_ok status_suspended status_cancelled ask_rebooted advise_reboot rebooted_already fixed_glad
        offer_callback callback_first ask_phone ask_phone_here ask_date ask_time date_past callback_dropped phone_wrong
        ask_reason offer_retention cancel_dropped
        found_out not_known clarify_again clarify_check clarify_spell clarify_spell_host language_changed
        ask_field ask_new_phone ask_new_email contact_dropped correction_noted no_bill_due abandoned why_account
        """,
    ("account",): "account_unknown",
    ("digits",): "account_length phone_length",
    ("amount",): "balance",
    ("date",): "due_date callback_closed",
    ("plan", "price"): "plan",
    ("until",): "status_outage",
    ("date", "time", "phone"): "callback_done",
    ("account", "service"): "confirm_cancel",
    ("end",): "cancel_done",
    ("day", "topic"): "recall",
    ("topic",): "pick_up",
    ("phone",): "confirm_phone",
    ("email",): "confirm_email",
    ("value",): "contact_done clarify_value clarify_wish clarify_answer clarify_noted",
    ("first", "second"): "clarify",
    ("languages",): "languages_spoken",
}
PHRASES: dict[str, frozenset[str]] = {
    name: frozenset(slots) for slots, names in _BY_SLOTS.items() for name in names.split()
}
"""Phrase name -> the slots each of its variants must say."""

FACTS = frozenset({"opening_hours", "payment", "sales", "order_status", "security"})
"""Facts that the engine relies on; a persona may know more."""

TOPICS = (
    *("account_balance", "billing_inquiry", "technical_support", "cancellation", "payment", "sales", "complaint"),
    *("schedule_callback", "update_contact_info", "appointment", "order_status", "opening_hours", "security"),
    "transfer_to_agent",
)
"""Intents that a persona names in the caller's words, to ask which one is meant."""

_QUESTIONS: dict[Expectation, str] = {
    Expectation.DIGITS: "ask_account ask_phone ask_phone_here ask_new_phone",
    Expectation.EMAIL: "ask_new_email",
    Expectation.DATE: "ask_date ask_time",
    Expectation.YES_NO: """
        anything_else recall pick_up offer_agent offer_manager ask_rebooted advise_reboot offer_callback offer_retention
        confirm_cancel confirm_phone confirm_email no_input
        """,
    Expectation.ANY: "greeting how_can_i_help greet_back ask_reason ask_field clarify yes_what not_understood",
}
_EXPECTS = {name: kind for kind, names in _QUESTIONS.items() for name in names.split()}


def question_of(name: str, account_digits: int, phone_digits: int) -> tuple[Expectation | None, int]:
    """Say what answer a phrase asks for and how many digits it has; None where it asks nothing."""
    expects = _EXPECTS.get(name)
    if expects is not Expectation.DIGITS:
        return expects, 0
    return expects, account_digits if "account" in name else phone_digits
