"""Building the Asterisk root, with a stand-in for mmdebstrap that fails the way it does."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING

import pytest

from ivr.errors import PbxError
from ivr.telephony import pbx_build
from ivr.telephony.pbx_build import build, root_of
from ivr.telephony.pbx_install import AsteriskProgram, find, probe, unfit

if TYPE_CHECKING:
    from pathlib import Path

WORKS = """
for last; do :; done
case "$*" in *--format=tar*) tar -cf "$last" /dev/null;; *) mkdir -p "$last/usr/sbin";; esac
"""
EXPIRED = "E: Release file for http://deb.debian.org/debian/dists/sid/InRelease is expired (invalid since 3d)."


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder that holds every program that may be found, but for those in the system's sbin."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "tar", "mkdir", "sleep", "env", "cat", "touch"):
        (folder / name).symlink_to(shutil.which(name) or name)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}")
    path.chmod(0o755)


def test_it_appears_only_when_it_is_whole_and_verified(programs: Path, tmp_path: Path) -> None:
    program(programs, "mmdebstrap", f'echo "I: extracting archives..." >&2\n{WORKS}')
    steps: list[str] = []
    seen: list[bool] = []
    root = build(
        tmp_path / "cache",
        steps.append,
        lambda fresh: seen.append(fresh.is_dir() and not root_of(tmp_path / "cache").exists()),
    )
    assert root.is_dir()
    assert seen == [True]
    assert "extracting archives..." in steps


def test_what_a_broken_build_left_is_cleared_away(programs: Path, tmp_path: Path) -> None:
    left = root_of(tmp_path).with_suffix(".new")
    (left / "half").mkdir(parents=True)
    program(programs, "mmdebstrap", WORKS)
    root = build(tmp_path, print, print)
    assert not (root / "half").exists()
    assert not left.exists()


def test_a_root_that_does_not_verify_is_not_kept_as_good(programs: Path, tmp_path: Path) -> None:
    program(programs, "mmdebstrap", WORKS)

    def refuse(fresh: Path) -> None:
        raise PbxError(f"{fresh} does not run")

    with pytest.raises(PbxError, match="does not run"):
        build(tmp_path, print, refuse)
    assert not root_of(tmp_path).exists()


def test_an_expired_release_file_is_taken_only_after_it_was_refused(programs: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    program(
        programs,
        "mmdebstrap",
        f'echo "$*" >> {calls}\ncase "$*" in *Check-Valid-Until*) ;; *) echo "{EXPIRED}" >&2; exit 25;; esac\n{WORKS}',
    )
    steps: list[str] = []
    build(tmp_path, steps.append, print)
    first, second = calls.read_text().splitlines()
    assert "Check-Valid-Until" not in first
    assert "Check-Valid-Until" in second
    assert any("expired" in step for step in steps)


def test_a_build_that_fails_says_what_mmdebstrap_said(programs: Path, tmp_path: Path) -> None:
    program(programs, "mmdebstrap", 'echo "I: chatter" >&2; echo "E: cannot reach the mirror" >&2; exit 25\n')
    with pytest.raises(PbxError, match=r"E: cannot reach the mirror; check the connection .* ivr pbx install"):
        build(tmp_path, print, print)
    assert not root_of(tmp_path).exists()


def test_a_user_without_subordinate_ids_is_told_how_to_get_them(programs: Path, tmp_path: Path) -> None:
    program(programs, "mmdebstrap", 'echo "E: invalid entry in /etc/subuid" >&2; exit 25\n')
    with pytest.raises(PbxError, match=r"usermod --add-subuids .* ivr pbx install"):
        build(tmp_path, print, print)


def test_two_installations_at_once_build_once(programs: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    program(programs, "mmdebstrap", f"echo one >> {calls}\nsleep 0.5\n{WORKS}")
    steps: list[str] = []
    others = [threading.Thread(target=build, args=(tmp_path, steps.append, print)) for _ in range(2)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()
    assert calls.read_text() == "one\n"
    assert "another installation is at work; waiting for it" in steps


def test_a_missing_mmdebstrap_is_installed(programs: Path, tmp_path: Path) -> None:
    program(tmp_path, "packaged", WORKS)
    (programs / "cp").symlink_to(shutil.which("cp", path="/bin:/usr/bin") or "cp")
    unpack = f"cp {tmp_path}/packaged {programs}/mmdebstrap"
    program(programs, "apt-get", f'case "$*" in *"install "*mmdebstrap*) {unpack};; *) exit 1;; esac\n')
    steps: list[str] = []
    assert build(tmp_path, steps.append, print).is_dir()
    assert any(step.startswith("installing mmdebstrap") for step in steps)


def test_mmdebstrap_that_cannot_be_installed_is_named_with_the_command(programs: Path, tmp_path: Path) -> None:
    program(programs, "apt-get", 'echo "E: Unable to locate package mmdebstrap" >&2; exit 100\n')
    with pytest.raises(PbxError, match=r"Unable to locate package.*apt-get install mmdebstrap .*then: ivr pbx install"):
        build(tmp_path, print, print)


@pytest.mark.usefixtures("programs")
def test_a_system_without_apt_is_told_what_else_it_can_do(tmp_path: Path) -> None:
    with pytest.raises(PbxError, match="PBX=external and ARI_URL"):
        build(tmp_path, print, print)


def test_a_full_disk_is_said_before_the_build(programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs, "mmdebstrap", WORKS)
    monkeypatch.setattr(pbx_build, "NEEDED_BYTES", 1 << 60)
    with pytest.raises(PbxError, match=r"MB free .* IVR_CACHE"):
        build(tmp_path, print, print)


def test_a_cache_that_cannot_be_written_is_named(programs: Path, tmp_path: Path) -> None:
    program(programs, "mmdebstrap", WORKS)
    (tmp_path / "asterisk").write_text("a file where a folder should be")
    with pytest.raises(PbxError, match="IVR_CACHE"):
        build(tmp_path, print, print)


@pytest.mark.parametrize(
    ("said", "wanted"), [("Asterisk 16.28.0~dfsg", "too old"), ("Asterisk 22.1.0", "lacks the modules")]
)
def test_an_unfit_system_asterisk_is_passed_over(programs: Path, tmp_path: Path, said: str, wanted: str) -> None:
    if shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin"):
        pytest.fail("this machine's own Asterisk would be found; run the tests where there is none")
    program(programs, "asterisk", f'echo "{said}"')
    steps: list[str] = []
    assert find(tmp_path, steps.append) is None
    assert wanted in steps[0]


def test_a_system_asterisk_that_does_not_run_is_passed_over(programs: Path, tmp_path: Path) -> None:
    program(programs, "asterisk", "echo broken >&2; exit 1")
    steps: list[str] = []
    assert find(tmp_path, steps.append) is None
    assert "broken" in steps[0]


@pytest.mark.parametrize(
    ("said", "release"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", (22, 10)),
        ("Asterisk 18.9-cert5", (18, 9)),
        ("Asterisk certified/20.7-cert2", (20, 7)),
        ("Asterisk GIT-21-abc1234", (21, 0)),
    ],
)
def test_every_way_of_telling_the_version_is_understood(programs: Path, said: str, release: tuple[int, int]) -> None:
    program(programs, "asterisk", f'echo "{said}"')
    assert probe([str(programs / "asterisk"), "-V"]).release == release


def test_an_old_release_is_unfit() -> None:
    assert "18 or newer" in (unfit(AsteriskProgram("17.9.3")) or "")
