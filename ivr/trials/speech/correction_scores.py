"""What corrections did to texts: right, false or neither; terms found again; words broken. Pure."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003 - a field's type
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.trials.speech.stt_scores import Score, recalled, score, word_rights

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.language.correction.bank import CorrectionBank
    from ivr.language.correction.values import Correction, HeardWord


@dataclass(frozen=True, slots=True)
class Case:
    """One utterance: what was said, how it was heard, the terms planted in it, the slots that were waited for."""

    said: str
    heard: tuple[HeardWord, ...]
    planted: tuple[str, ...] = ()
    slots: frozenset[str] = frozenset()

    @property
    def raw(self) -> str:
        """What the recogniser wrote."""
        return " ".join(word.text for word in self.heard)


@dataclass(slots=True)
class Effect:
    """What a bank did to a set of cases."""

    before: list[Score] = field(default_factory=list)
    after: list[Score] = field(default_factory=list)
    found_before: list[bool] = field(default_factory=list)
    """Of each planted term, whether it stood in the text."""
    found_after: list[bool] = field(default_factory=list)
    right_words: int = 0
    fired: int = 0
    mended: int = 0
    """Corrections after which the text is nearer to what was said."""
    broke: int = 0
    """Corrections that changed a right word and did not bring the text nearer."""

    @property
    def false_per_thousand(self) -> float:
        """False corrections per 1,000 words that were heard right."""
        return 1000 * self.broke / max(1, self.right_words)

    @property
    def precision(self) -> float | None:
        """Share of the corrections that brought the text nearer; None when nothing fired."""
        return self.mended / self.fired if self.fired else None

    @property
    def recall(self) -> float | None:
        """Share of the terms heard wrong that stand in the text afterwards."""
        wrong = [after for before, after in zip(self.found_before, self.found_after, strict=True) if not before]
        return sum(wrong) / len(wrong) if wrong else None


def effect(cases: Iterable[Case], bank: CorrectionBank) -> Effect:
    """Correct all cases and count."""
    total = Effect()
    for case in cases:
        corrected = bank.correct(case.heard, case.slots)
        before = score(case.said, case.raw)
        total.before.append(before)
        total.after.append(score(case.said, corrected.text) if corrected.corrections else before)
        total.found_before += recalled(case.planted, case.raw)
        total.found_after += recalled(case.planted, corrected.text)
        rights = word_rights(case.said, [word.text for word in case.heard])
        total.right_words += sum(rights)
        for item in corrected.corrections:
            total.fired += 1
            nearer = score(case.said, alone(case.heard, item)).errors < before.errors
            total.mended += nearer
            total.broke += not nearer and any(rights[item.first : item.last])
    return total


def alone(words: Sequence[HeardWord], item: Correction) -> str:
    """Write an utterance with one correction only."""
    kept = [word.text for word in words]
    return " ".join([*kept[: item.first], item.meant, *kept[item.last :]])
