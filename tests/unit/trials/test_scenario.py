from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.errors import ConfigError
from ivr.trials.scenario import (
    RAMBLE,
    Cough,
    HangUp,
    Over,
    Press,
    Say,
    Scenario,
    Silence,
    Talk,
    Wait,
    WaitHangUp,
    load_scenario,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_scenario_is_read_from_yaml(tmp_path: Path) -> None:
    path = tmp_path / "balance.yaml"
    path.write_text(
        """
        voice: em_santa
        speed: 1.1
        noise: -45
        steps:
          - wait
          - wait: {quiet: 0.5, within: 9}
          - say: "Quería consultar mi saldo."
          - press: "100234"
          - over: {text: "Perdone.", after: 2}
          - cough: {seed: 3, after: 1.0}
          - say: {text: "Es el uno", pause: 1.1, then: "dos."}
          - silence: 5
          - talk: 40
          - wait_hang_up: 15
          - hang_up
        """
    )
    assert load_scenario(path) == Scenario(
        name="balance",
        voice="em_santa",
        speed=1.1,
        noise=-45.0,
        steps=(
            Wait(),
            Wait(0.5, 9),
            Say("Quería consultar mi saldo."),
            Press("100234"),
            Over("Perdone.", 2),
            Cough(3, 1.0),
            Say("Es el uno", 1.1, "dos."),
            Silence(5),
            Talk(40),
            WaitHangUp(15),
            HangUp(),
        ),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("steps: [{shout: ya}]", "there is no step 'shout'; the steps are wait, say"),
        ("steps: [{say: {words: ya}}]", "unexpected keyword argument 'words'"),
        ("name: x", "'steps'"),
        ("steps: [", "flow"),
        ("- say", "is not a scenario"),
    ],
)
def test_a_wrong_scenario_names_what_is_wrong(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="is not a scenario") as caught:
        load_scenario(path)
    assert complaint in str(caught.value)


def test_all_that_will_be_said_is_known_before_the_call() -> None:
    scenario = Scenario("x", (Say("uno", 1.0, "dos"), Over("tres"), Press("4"), Talk(3)))
    assert scenario.texts() == ["uno", "dos", "tres", *RAMBLE]
