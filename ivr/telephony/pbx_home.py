"""Lays out the directory of one local PBX: folders, sounds, certificate, configuration."""

from __future__ import annotations

import ipaddress
import shutil
import subprocess
from typing import TYPE_CHECKING

from ivr.errors import PbxError
from ivr.telephony.pbx_music import lay_music
from ivr.telephony.pbx_render import NOTICE, Places, Target, notice_of, render
from ivr.telephony.pbx_root import INSIDE

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.telephony.pbx_config import PbxConfig
    from ivr.telephony.pbx_install import AsteriskProgram

FOLDERS = ("etc", "run", "log", "lib/keys", "spool/recording", "spool/tmp", "spool/outgoing", "data/sounds/ivr")
SOCKET_LIMIT = 100
"""A Unix socket's path may have 107 characters; run/asterisk.ctl must fit."""
KEPT_LOGS = 3
MUSIC = "lib/music"


def lay_out(home: Path, config: PbxConfig, program: AsteriskProgram) -> None:
    """Make everything that the PBX reads; safe to repeat, keeps the certificate and the last logs."""
    if program.root is None and len(str(home)) + len("/run/asterisk.ctl") > SOCKET_LIMIT:
        raise PbxError(f"{home} is too long a path for Asterisk's control socket; set IVR_HOME to a shorter one")
    try:
        for folder in FOLDERS:
            (home / folder).mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        _link_data(home, config.language, program)
        _rotate(home / "log" / "messages.log")
        render(config, _places(home, config, program), home / "etc", Target(program.release, program.modules))
    except OSError as error:
        raise PbxError(f"{home} cannot be written ({error}); give it to this user, or set IVR_HOME elsewhere") from None


def _places(home: Path, config: PbxConfig, program: AsteriskProgram) -> Places:
    base = INSIDE if program.root else str(home)
    certified = _certify(home, config)
    return Places(
        base,
        data_dir=f"{base}/data",
        moh_dir=f"{base}/{MUSIC}" if _music(home, program) else "",
        module_dir=program.module_dir,
        certificate=f"{base}/lib/cert.pem" if certified else "",
        private_key=f"{base}/lib/key.pem" if certified else "",
    )


def _link_data(home: Path, language: str, program: AsteriskProgram) -> None:
    """Show Asterisk its own data, with prompts under the plain language code and ours beside them."""
    theirs = program.data_dir
    seen = program.base / theirs.lstrip("/")
    for entry in seen.iterdir():
        if entry.name != "sounds":
            _link(home / "data" / entry.name, f"{theirs}/{entry.name}")
    for code in ("es", "en"):
        name = _sounds_of(seen / "sounds", code)
        if name:
            _link(home / "data" / "sounds" / code, f"{theirs}/sounds/{name}")
    shutil.copyfile(notice_of(language), home / "data" / "sounds" / "ivr" / NOTICE)


def _sounds_of(sounds: Path, code: str) -> str:
    """Find the folder of a language: its plain name, or the first of its regions and voices (es_MX_f_Allison)."""
    if (sounds / code).is_dir():
        return code
    regions = sorted(path.name for path in sounds.glob(f"{code}_*") if path.is_dir() and not path.is_symlink())
    return regions[0] if regions else ""


def _link(path: Path, target: str) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def _music(home: Path, program: AsteriskProgram) -> bool:
    """Lay out the music that was installed with Asterisk, if any was."""
    for folder in ("usr/share/asterisk/moh", "var/lib/asterisk/moh", "var/lib/asterisk/sounds/moh"):
        source = program.base / folder
        if any(source.glob("*.*")):
            lay_music(source, home / MUSIC)
            return True
    return False


def _rotate(log: Path) -> None:
    """Keep what was logged before a crash."""
    if not log.exists():
        return
    for number in range(KEPT_LOGS, 1, -1):
        older = log.with_name(f"{log.name}.{number - 1}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number}"))
    log.replace(log.with_name(f"{log.name}.1"))


def _certify(home: Path, config: PbxConfig) -> bool:
    """Make a certificate of our own for TLS and browsers, once; without openssl there is no TLS."""
    openssl = shutil.which("openssl")
    certificate, key = home / "lib" / "cert.pem", home / "lib" / "key.pem"
    if certificate.exists() and key.exists():
        return True
    if openssl is None:
        return False
    others = {config.external_address, config.sip_host, *config.addresses} - {"", "0.0.0.0", "::"}  # noqa: S104 - compared
    names = ["DNS:localhost", "IP:127.0.0.1", *map(_alternative, sorted(others))]
    fresh_key, fresh = home / "lib" / ".key.new", home / "lib" / ".cert.new"
    argv = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "825", "-subj", "/CN=ivr"]
    argv += ["-addext", f"subjectAltName={','.join(dict.fromkeys(names))}"]
    argv += ["-keyout", str(fresh_key), "-out", str(fresh)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own argv
    if done.returncode != 0:
        raise PbxError(f"openssl could not make a certificate: {done.stderr.strip()[-200:]}; reinstall openssl")
    for path, name in ((fresh_key, key), (fresh, certificate)):
        path.chmod(0o600)
        path.replace(name)
    return True


def _alternative(host: str) -> str:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return f"DNS:{host}"
    return f"IP:{host}"
