"""The figures of the whole system: store, post-call jobs, dashboard, Prometheus."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from ivr.heartbeat import beat_path, read_beat
from ivr.web.backend import Backend, backend_of
from ivr.web.handover_figures import HandoverFigures
from ivr.web.model_figures import ModelFigures
from ivr.web.schemas import Dashboard, ProcessingStats, StorageStats
from ivr.web.voice_figures import VoiceFigures

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.db.figures import Overview

router = APIRouter(tags=["statistics"])


@router.get("/storage/stats")
def storage_stats(backend: Annotated[Backend, Depends(backend_of)]) -> StorageStats:
    """Show how much is recorded and how much room is left."""
    totals = backend.records.totals()
    disk = shutil.disk_usage(backend.store_path if backend.store_path.exists() else backend.home)
    return StorageStats(
        backend="local",
        path=str(backend.store_path),
        recordings=totals.recordings,
        total_bytes=_bytes_under(backend.store_path),
        total_duration_seconds=round(totals.duration, 3),
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
    )


def _bytes_under(folder: Path) -> int:
    """Add the files up; one that is renamed while we look is left out."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += os.stat(os.path.join(where, name)).st_size  # noqa: PTH116, PTH118 - a Path a file costs too much
    return total


@router.get("/processing/stats")
def processing_stats(backend: Annotated[Backend, Depends(backend_of)]) -> ProcessingStats:
    """Show how far the post-call jobs are."""
    totals = backend.records.totals()
    return ProcessingStats(
        total_recordings=totals.recordings,
        processed=totals.processed,
        unprocessed=totals.recordings - totals.processed,
        jobs=dict(totals.jobs),
    )


@router.get("/metrics/dashboard")
def dashboard(backend: Annotated[Backend, Depends(backend_of)]) -> Dashboard:
    """Show the figures of all calls."""
    seen = _overview(backend)
    return Dashboard(
        total_calls_today=seen.calls,
        active_calls=seen.active_calls,
        avg_call_duration=_rounded(seen.average_duration, 1),
        resolution_rate=_rounded(seen.resolution_rate, 3),
        escalation_rate=_rounded(seen.escalation_rate, 3),
        avg_sentiment=_rounded(seen.average_sentiment, 3),
        top_topics=list(seen.top_topics),
        wer_improvement=None if seen.average_live_wer is None else f"{-seen.average_live_wer:+.0%}",
        avg_latency=_rounded(seen.average_latency_ms, 1),
    )


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def prometheus(backend: Annotated[Backend, Depends(backend_of)]) -> Response:
    """Give the figures in Prometheus' text format."""
    return Response(generate_latest(_registry(backend)), media_type=CONTENT_TYPE_LATEST)


def _registry(backend: Backend) -> CollectorRegistry:
    """Collect the figures afresh; what has no data yet has no sample."""
    registry = CollectorRegistry()
    totals, seen = backend.records.totals(), _overview(backend)
    figures: dict[str, tuple[str, float | None]] = {
        "ivr_active_calls": ("Calls in progress.", seen.active_calls),
        "ivr_calls_today": ("Calls since midnight UTC.", seen.calls),
        "ivr_call_duration_seconds_mean": ("Mean length of a call.", seen.average_duration),
        "ivr_answer_latency_ms_mean": ("Mean silence before an answer.", seen.average_latency_ms),
        "ivr_resolution_ratio": ("Share of conversations that ended without a person.", seen.resolution_rate),
        "ivr_live_word_error_ratio": ("Live transcripts against the post-call ones.", seen.average_live_wer),
        "ivr_caller_sentiment_mean": ("How callers felt in the end, -1 to 1.", seen.average_sentiment),
        "ivr_escalation_ratio": ("Share of conversations that went to a person.", seen.escalation_rate),
        "ivr_recordings": ("Recordings in the store.", totals.recordings),
        "ivr_recordings_unprocessed": ("Recordings that wait for the job.", totals.recordings - totals.processed),
        "ivr_storage_backlog": ("Recordings that wait for S3.", totals.backlog.waiting),
        "ivr_storage_backlog_seconds": ("How long the oldest of them waits.", totals.backlog.oldest),
        "ivr_storage_failed": ("Recordings whose upload was given up.", totals.backlog.failed),
        "ivr_recorded_seconds": ("Length of all recordings.", totals.duration),
    }
    for name, (help_text, value) in figures.items():
        if value is not None:
            Gauge(name, help_text, registry=registry).set(value)
    jobs = Gauge("ivr_jobs", "Post-call jobs by state.", ["state"], registry=registry)
    for state, count in totals.jobs.items():
        jobs.labels(state).set(count)
    workers = Gauge("ivr_worker_up", "Whether a worker gives signs of life.", ["part"], registry=registry)
    for part in ("calls", "jobs"):
        beat = read_beat(beat_path(backend.home, part))
        workers.labels(part).set(beat is not None and beat.fresh)
        if part == "calls" and beat is not None and beat.fresh:
            registry.register(ModelFigures(beat.facts.get("models", {})))
            registry.register(VoiceFigures(beat.facts.get("voices", {})))
            registry.register(HandoverFigures(beat.facts.get("handovers", {})))
    return registry


def _overview(backend: Backend) -> Overview:
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return backend.records.overview(midnight)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
