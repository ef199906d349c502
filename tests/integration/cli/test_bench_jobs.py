"""``ivr bench jobs`` counts what Celery workers made of recordings while they were killed."""

from __future__ import annotations

import pytest

from ivr.trials.job_store import spoken_call
from ivr.trials.jobs import measure_workers


@pytest.mark.engine
@pytest.mark.slow
def test_two_workers_of_which_one_is_killed_finish_each_recording_once() -> None:
    report = measure_workers([spoken_call(1)] * 4, workers=2, kills=1)
    assert (report.workers, report.kills, report.lost, report.twice) == (2, 1, 0, 0)
    assert report.audio_per_second > 0
