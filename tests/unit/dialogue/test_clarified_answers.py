from __future__ import annotations

import pytest

from tests.unit.dialogue.test_clarifying import Talk, said, settled

CANCEL = "Va a cancelar el servicio Fibra 600 de la cuenta 123456. ¿Confirma la cancelación?"


@pytest.mark.parametrize("again", ["No.", "No, no.", "no, he dicho que no"])
def test_a_doubtful_no_that_is_said_again_never_becomes_a_yes(again: str) -> None:
    asked = Talk(CANCEL)
    assert "no" in said(asked.hears("no", 0.2)).lower()
    assert settled(asked.hears(again)) == again


def test_a_doubtful_yes_that_is_denied_is_a_no() -> None:
    asked = Talk(CANCEL)
    asked.hears("sí", 0.2)
    assert settled(asked.hears("no")) == "no"
