"""What a simulated caller does, step by step; written in Python or in YAML.

A YAML scenario::

    name: balance
    voice: em_alex        # never the agent's
    speed: 1.0
    noise: -45            # dBFS of the line's noise; leave out for a silent line
    steps:
      - wait: {quiet: 0.7, within: 20}      # until the agent has finished speaking
      - say: "Quería consultar mi saldo."
      - press: "123456"                       # or {digits: "123456", after: 2}, while the agent still speaks
      - over: {text: "Perdone, una pregunta.", after: 1.5}    # 1.5 s into the agent's speech
      - cough: {seed: 3, after: 1.0}
      - say: {text: "Es el uno dos tres", pause: 1.1, then: "cuatro cinco seis."}
      - silence: 5
      - talk: 40                              # without end
      - hang_up
      - wait_hang_up: 15
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml

from ivr.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

QUIET = 0.7
PATIENCE = 25.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Until the agent has spoken and then been silent for ``quiet`` seconds; fails after ``within``.

    With ``rejoin`` the caller answers first what the agent asks again.
    """

    quiet: float = QUIET
    within: float = PATIENCE
    rejoin: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """Say a text; with ``pause`` and ``then`` the sentence stops in the middle to think."""

    text: str
    pause: float = 0.0
    then: str = ""
    label: str = ""
    """What the trial calls this turn."""

    @property
    def whole(self) -> str:
        """All that is said."""
        return f"{self.text} {self.then}".strip()


@dataclass(frozen=True, slots=True)
class Over:
    """Say a text ``after`` seconds of the agent's speech, whether it has finished or not."""

    text: str
    after: float = 1.5
    label: str = ""


@dataclass(frozen=True, slots=True)
class Cough:
    """Cough ``after`` seconds into the agent's speech."""

    seed: int = 0
    after: float = 1.5
    label: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys; with ``after``, so many seconds into the agent's speech."""

    digits: str
    after: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Say nothing for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Talk:
    """Talk without end for some seconds."""

    seconds: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Hang up."""


@dataclass(frozen=True, slots=True)
class WaitHangUp:
    """Until the agent hangs up; fails after ``within``."""

    within: float = PATIENCE


Step: TypeAlias = Wait | Say | Over | Cough | Press | Silence | Talk | HangUp | WaitHangUp


@dataclass(frozen=True, slots=True)
class Scenario:
    """One call of one caller."""

    name: str
    steps: tuple[Step, ...]
    voice: str = "em_alex"
    speed: float = 1.0
    noise: float | None = None
    """dBFS of the line's noise; None = a silent line."""

    def texts(self) -> list[str]:
        """List all that will be said, to be synthesised before the call."""
        listed: list[str] = []
        for step in self.steps:
            match step:
                case Say(text, then=then):
                    listed += [part for part in (text, then) if part]
                case Over(text):
                    listed.append(text)
                case Talk():
                    listed += RAMBLE
                case _:
                    pass
        return listed


RAMBLE = (
    "Pues mire usted, es que yo llevo con ustedes muchos años y nunca había tenido ningún problema,",
    "pero resulta que el otro día mi cuñado me dijo que en su casa le pasaba lo mismo que a mí,",
    "y entonces yo pensé que sería cosa del tiempo, porque con la lluvia ya se sabe,",
    "y además mi vecina del quinto me contó que a ella también le habían llamado para decirle,",
)
"""What an endless talker says, over and over."""


def load_scenario(path: Path) -> Scenario:
    """Read a YAML scenario; ConfigError says what is wrong in it."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        steps = tuple(_step(item) for item in document["steps"])
        return Scenario(
            name=str(document.get("name", path.stem)),
            steps=steps,
            voice=str(document.get("voice", "em_alex")),
            speed=float(document.get("speed", 1.0)),
            noise=None if document.get("noise") is None else float(document["noise"]),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"{path} is not a scenario ({error}); see the example in ivr/trials/scenario.py") from error


def _step(item: Any) -> Step:
    name, value = (item, {}) if isinstance(item, str) else next(iter(item.items()))
    kinds: dict[str, tuple[type[Any], str]] = {
        "wait": (Wait, "quiet"),
        "say": (Say, "text"),
        "over": (Over, "text"),
        "cough": (Cough, "seed"),
        "press": (Press, "digits"),
        "silence": (Silence, "seconds"),
        "talk": (Talk, "seconds"),
        "hang_up": (HangUp, ""),
        "wait_hang_up": (WaitHangUp, "within"),
    }
    if name not in kinds:
        raise ValueError(f"there is no step {name!r}; the steps are {', '.join(kinds)}")
    kind, main = kinds[name]
    step: Step = kind(**(value if isinstance(value, dict) else {main: value}))
    return step
