"""The business functions as a language model sees them: names, arguments (checked by pydantic), effects."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal

import phonenumbers
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ivr.dialogue.tools import Effect, Tool

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def _digits(value: object) -> object:
    return re.sub(r"\D", "", value) if isinstance(value, str) else str(value) if isinstance(value, int) else value


def _phone(value: str) -> str:
    bare = re.sub(r"[^\d+]", "", value)
    try:
        number = phonenumbers.parse(bare, "ES")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValueError("must be a phone number that exists: nine digits, or + and the country code")
    if number.country_code == phonenumbers.country_code_for_region("ES"):
        return str(number.national_number)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value.strip()):
        raise ValueError("must be an e-mail address such as ana@example.com")
    return value.strip().lower()


Account = Annotated[
    str, Field(pattern=r"^[0-9]{6}$", description="Account number: exactly 6 digits."), BeforeValidator(_digits)
]
Phone = Annotated[str, AfterValidator(_phone), Field(description="Phone number: nine digits, or +country code.")]

Email = Annotated[str, AfterValidator(_email), Field(description="E-mail address.")]


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountArguments(_Arguments):
    """Functions that read an account."""

    account_id: Account


class CallbackArguments(_Arguments):
    """``schedule_callback``."""

    phone: Phone
    date: dt.date = Field(description="Day of the call, YYYY-MM-DD.")
    time: dt.time = Field(description="Hour of the call, HH:MM, local time.")
    reason: str = Field("", max_length=200, description="What it is about, in a few words.")
    account_id: Account | None = None


class TransferArguments(_Arguments):
    """``transfer_to_agent`` and ``transfer_to_manager``."""

    reason: str = Field("", max_length=200, description="Why, in a few words; the human reads it.")


class CancelArguments(_Arguments):
    """``cancel_service``."""

    account_id: Account
    reason: str = Field("", max_length=200, description="Why the customer leaves.")


class ContactArguments(_Arguments):
    """``update_contact_info``."""

    account_id: Account
    field: Literal["phone", "email"]
    value: str = Field(min_length=3, max_length=120, description="The new phone number or e-mail address.")

    def normal(self) -> str:
        """Give the value its normal form; ValueError says what it must be."""
        return _phone(self.value) if self.field == "phone" else _email(self.value)


class DetailArguments(_Arguments):
    """``note_detail``."""

    kind: Literal["phone", "dni", "nie", "email", "amount", "date", "iban", "curp", "cuit", "card_last4", "postal_code"]
    value: str = Field(min_length=3, max_length=120, description="The detail in its normal form.")


class EndArguments(_Arguments):
    """``end_call``."""


_SPECIFICATIONS: tuple[tuple[str, str, type[_Arguments], Effect], ...] = (
    ("get_account_balance", "Tell what an account owes, when it is due, and its plan.", AccountArguments, Effect.READ),
    ("get_account_status", "Tell whether a line works: active, outage, suspended.", AccountArguments, Effect.READ),
    ("schedule_callback", "Arrange that a technician or agent calls back.", CallbackArguments, Effect.REVERSIBLE),
    ("transfer_to_agent", "Put the caller through to a human agent.", TransferArguments, Effect.CALL),
    ("transfer_to_manager", "Put the caller through to a human manager.", TransferArguments, Effect.CALL),
    ("cancel_service", "Cancel a service. Only after a spoken yes.", CancelArguments, Effect.IRREVERSIBLE),
    ("update_contact_info", "Change phone or e-mail. Only after a spoken yes.", ContactArguments, Effect.IRREVERSIBLE),
    ("note_detail", "Write down, with the call, a detail that the caller gave.", DetailArguments, Effect.REVERSIBLE),
    ("end_call", "Hang up, after the goodbye.", EndArguments, Effect.CALL),
)  # fmt: skip
ARGUMENTS: dict[str, type[_Arguments]] = {name: model for name, _, model, _ in _SPECIFICATIONS}
_OF_AN_ACCOUNT = frozenset({"get_account_balance", "get_account_status", "cancel_service", "update_contact_info"})
"""Functions that tell or change what belongs to a customer."""
TOOLS = tuple(
    Tool(
        name,
        description,
        model.model_json_schema(),
        effect,
        arguments=model,
        identity=name in _OF_AN_ACCOUNT,
        account="account_id" if name in _OF_AN_ACCOUNT else "",
    )
    for name, description, model, effect in _SPECIFICATIONS
)


def jsonable(data: dict[str, Any]) -> dict[str, Any]:
    """Turn dates and amounts into text, as results carry them."""
    return {key: _plain(value) for key, value in data.items() if value is not None}


def _plain(value: object) -> object:
    if isinstance(value, (dt.date, dt.datetime, dt.time)):
        return value.isoformat()
    return value if isinstance(value, (str, int, bool, float)) else str(value)
