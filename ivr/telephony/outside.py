"""The number outside the house that the agent may hand callers over to: one that the operator named, and safe."""

from __future__ import annotations

import phonenumbers

from ivr.errors import ConfigError

LONGEST_EXTENSION = 6


def outside_number(target: str, country: str, *, carrier: bool) -> str:
    """Give ``target`` back if it is a number of the public network, "" if it is an extension or a queue.

    ConfigError when it is neither, costs extra, or there is no carrier to reach it over. Emergency numbers are as
    short as extensions, so that they never leave the house.
    """
    digits = target.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise ConfigError(f"TRANSFER_TO is {target!r}; name an extension, a queue or a telephone number, digits alone")
    if len(digits) <= LONGEST_EXTENSION:
        return ""
    number = phonenumbers.parse(target, country)
    kind = phonenumbers.number_type(number)
    if not phonenumbers.is_valid_number(number):
        raise ConfigError(f"TRANSFER_TO is {target}, which is no telephone number of {country}; add + and the country")
    if kind in {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}:
        raise ConfigError(f"TRANSFER_TO is {target}, which costs extra; name an ordinary number")
    if not carrier:
        raise ConfigError(f"TRANSFER_TO is {target}, which needs a trunk; set CARRIER, or name an extension or queue")
    return target
