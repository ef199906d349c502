from __future__ import annotations

import pytest

from ivr.errors import ConfigError
from ivr.telephony.outside import outside_number


@pytest.mark.parametrize("target", ["2000", "1002", "112", "061"])
def test_extensions_queues_and_emergency_numbers_stay_in_the_house(target: str) -> None:
    assert outside_number(target, "ES", carrier=True) == ""


@pytest.mark.parametrize("target", ["912345678", "+34600111222", "+525512345678"])
def test_an_ordinary_number_is_reached_over_the_carrier(target: str) -> None:
    assert outside_number(target, "ES", carrier=True) == target


@pytest.mark.parametrize("target", ["806123456", "+34803123456"])
def test_a_number_that_costs_extra_is_refused(target: str) -> None:
    with pytest.raises(ConfigError, match="costs extra"):
        outside_number(target, "ES", carrier=True)


@pytest.mark.parametrize("target", ["1234567", "9123456789", "sip:me@elsewhere", "912 345 678", "", "+"])
def test_what_is_no_number_is_refused(target: str) -> None:
    with pytest.raises(ConfigError, match="TRANSFER_TO"):
        outside_number(target, "ES", carrier=True)


def test_without_a_carrier_no_number_outside_is_taken() -> None:
    with pytest.raises(ConfigError, match="CARRIER"):
        outside_number("912345678", "ES", carrier=False)
