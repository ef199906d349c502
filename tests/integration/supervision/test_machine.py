from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from ivr.settings import Settings
from ivr.supervision.machine import PortNeed, check_disk, check_gpu, check_memory, check_ports, check_rtp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_told_with_its_owner_and_the_setting_that_moves_it(taken: int, tmp_path: Path) -> None:
    settings = Settings(ivr_home=tmp_path, web_port=taken, pbx="external")
    (finding,) = check_ports(settings)
    assert finding.state == "fail"
    assert f"(pid {os.getpid()})" in finding.detail
    assert "WEB_PORT" in finding.mend


def test_a_local_pbx_needs_its_sip_and_ari_ports_too(tmp_path: Path) -> None:
    settings = Settings(ivr_home=tmp_path, sip_port=taken_by_nobody(), ari_url="http://127.0.0.1:18999/ari")
    names = [finding.name for finding in check_ports(settings)]
    assert ["API" in names[0], "SIP" in names[1], "SIP" in names[2], "ARI" in names[4]] == [True] * 4


def test_two_parts_that_want_one_port_are_told(tmp_path: Path) -> None:
    port = taken_by_nobody()
    settings = Settings(ivr_home=tmp_path, web_port=port, ari_url=f"http://127.0.0.1:{port}/ari")
    wrong = [finding for finding in check_ports(settings) if "wanted for API too" in finding.detail]
    assert len(wrong) == 1
    assert "ARI_URL" in wrong[0].mend


def test_a_udp_port_that_is_bound_is_not_free() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        assert not PortNeed("SIP", "SIP_PORT", "127.0.0.1", listener.getsockname()[1], "udp").is_free


def test_sound_reaches_our_own_address(tmp_path: Path) -> None:
    (finding,) = check_rtp(Settings(ivr_home=tmp_path))
    assert finding.state == "ok"


def test_an_address_that_is_not_ours_is_refused_with_its_mend() -> None:
    (finding,) = check_rtp(Settings(rtp_host="203.0.113.7"))
    assert finding.state == "fail"
    assert "RTP_HOST" in finding.mend


def test_a_directory_that_does_not_exist_yet_is_judged_by_its_disk(tmp_path: Path) -> None:
    findings = list(check_disk(Settings(ivr_home=tmp_path / "a" / "b", storage_local_path=tmp_path / "c")))
    assert len(findings) == 3
    assert all("GiB free" in finding.detail for finding in findings)


def test_memory_and_gpu_are_told(tmp_path: Path) -> None:
    settings = Settings(ivr_home=tmp_path)
    assert [finding.name for finding in (*check_memory(settings), *check_gpu(settings))] == ["memory", "GPU"]


def test_a_gpu_that_is_asked_for_and_missing_is_a_failure(tmp_path: Path) -> None:
    (finding,) = check_gpu(Settings(ivr_home=tmp_path, stt_device="cuda"))
    assert finding.state == "ok" or "STT_DEVICE=cpu" in finding.mend


def taken_by_nobody() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
