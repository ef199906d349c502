from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.errors import ConfigError
from ivr.telephony.pbx_config import PbxConfig
from ivr.telephony.pbx_render import Places, Target, escaped, render, render_additions

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = PbxConfig("operator", "s3cret-ari", "s3cret-phones", http_port=18088, sip_port=15060, carrier="10.1.1.1:5080")
SEEN = Places("/mnt", certificate="/mnt/lib/cert.pem", private_key="/mnt/lib/key.pem", moh_dir="/moh")
OLD = Target((18, 9))
NEW = Target((22, 10))


def rendered(path: Path, config: PbxConfig = CONFIG, places: Places = SEEN, target: Target = NEW) -> dict[str, str]:
    return {file.name: file.read_text() for file in render(config, places, path / "etc", target)}


def test_every_value_lands_where_it_belongs(tmp_path: Path) -> None:
    files = rendered(tmp_path)
    assert "bindport = 18088" in files["http.conf"]
    assert "tlsbindaddr = 0.0.0.0:18089" in files["http.conf"]
    assert "bind = 0.0.0.0:15060" in files["pjsip.conf"]
    assert "bind = 0.0.0.0:15061" in files["pjsip.conf"]
    assert "[operator]" in files["ari.conf"]
    assert "password = s3cret-ari" in files["ari.conf"]
    assert "contact = sip:10.1.1.1:5080" in files["pjsip.conf"]
    assert "match = 10.1.1.1\n" in files["pjsip.conf"]
    assert "Stasis(ivr)" in files["ivr.conf"]
    assert "PJSIP/${EXTEN}@carrier" in files["extensions.conf"]
    assert "astrundir = /mnt/run" in files["asterisk.conf"]
    assert "rtpend = 10998" in files["rtp.conf"]
    assert "directory = /moh" in files["musiconhold.conf"]


def test_nothing_of_the_templates_is_left_over(tmp_path: Path) -> None:
    for name, text in rendered(tmp_path).items():
        assert "{{" not in text, name
        assert "{%" not in text, name


def test_a_caller_who_finds_the_agent_away_hears_ringing_and_is_tried_again_before_a_person_takes_the_call(
    tmp_path: Path,
) -> None:
    for text in (rendered(tmp_path)["ivr.conf"], rendered(tmp_path)["extensions.conf"]):
        tries = text[text.index("n(agent),Stasis(ivr") :].splitlines()
        assert tries[1:7] == [
            ' same => n,GotoIf($["${STASISSTATUS}" != "FAILED"]?done)',
            " same => n,Ringing()",
            " same => n,Wait(1)",
            " same => n,Set(IVR_TRIES=$[${IVR_TRIES} + 1])",
            " same => n,GotoIf($[${IVR_TRIES} < 4]?agent)",
            " same => n,Goto(ivr-no-agent,s,1)",
        ]
    assert "Stasis(ivr,consent)" in rendered(tmp_path)["ivr.conf"]


def test_people_at_phones_in_browsers_are_rung_by_the_queue_too(tmp_path: Path) -> None:
    members = [line for line in rendered(tmp_path)["queues.conf"].splitlines() if line.startswith("member")]
    assert len(members) == 16
    assert "member = PJSIP/1002-web,1,1002-web,PJSIP/1002-web" in members
    plain = rendered(tmp_path, places=Places("/mnt"))["queues.conf"]
    assert "-web" not in plain


def test_modules_that_are_known_to_be_there_are_used(tmp_path: Path) -> None:
    files = rendered(tmp_path, target=Target((18, 9), also=frozenset({"codec_opus"})))
    assert "opus" in next(line for line in files["pjsip.conf"].splitlines() if line.startswith("allow"))
    assert "load = codec_opus" in files["modules.conf"]


def test_each_phone_gets_its_own_password(tmp_path: Path) -> None:
    text = rendered(tmp_path)["pjsip.conf"]
    for number, password in (CONFIG.phones | CONFIG.browsers).items():
        assert f"username = {number}\npassword = {password}\n" in text


def test_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "ari.conf").write_text("readable by all, once")
    rendered(tmp_path)
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "etc").iterdir()} == {0o600}


def test_without_a_carrier_nobody_dials_out(tmp_path: Path) -> None:
    files = rendered(tmp_path, PbxConfig("ivr", "s3cret-ari", "s3cret-phones"))
    assert "carrier" not in files["pjsip.conf"].replace("a carrier on the same address", "")
    assert "_8XXXXXXXX" not in files["extensions.conf"]


def test_a_carrier_with_an_account_is_registered_at(tmp_path: Path) -> None:
    config = PbxConfig(
        "ivr",
        "s3cret-ari",
        "s3cret-phones",
        carrier="sip.example.com:5060",
        carrier_user="me",
        carrier_password="pa;ss",
    )
    text = rendered(tmp_path, config)["pjsip.conf"]
    assert "client_uri = sip:me@sip.example.com" in text
    assert "password = pa\\;ss" in text


def test_an_asterisk_that_is_not_known_loads_no_module_of_newer_ones(tmp_path: Path) -> None:
    modules = rendered(tmp_path, target=OLD)["modules.conf"]
    assert "load = chan_rtp.so" in modules
    assert "load = chan_websocket.so" not in modules
    assert "load = codec_opus.so" not in modules


def test_a_known_asterisk_loads_what_it_has(tmp_path: Path) -> None:
    has = Target((22, 10), frozenset({"chan_rtp", "chan_websocket"}))
    modules = rendered(tmp_path, target=has)["modules.conf"]
    loaded = [line for line in modules.splitlines() if line.startswith("load")]
    assert loaded == ["load = chan_rtp.so", "load = chan_websocket.so"]


def test_the_browsers_port_never_opens_ari_to_the_network(tmp_path: Path) -> None:
    new = rendered(tmp_path / "new")["http.conf"]
    assert "tlsbindaddr = 0.0.0.0:18089" in new
    assert "[/ari]\ntype = restriction\ndeny = 0.0.0.0/0" in new
    old = rendered(tmp_path / "old", target=OLD)["http.conf"]
    assert "tlsbindaddr = 127.0.0.1:18089" in old
    assert "restriction" not in old


@pytest.mark.parametrize(
    ("release", "knows"),
    [
        ((18, 9), False),
        ((20, 19), False),
        ((20, 20), True),
        ((21, 12), False),
        ((22, 9), False),
        ((23, 4), True),
        ((24, 0), True),
    ],
)
def test_it_knows_which_release_can_shut_paths_off(release: tuple[int, int], knows: bool) -> None:
    assert Target(release).restricts_paths is knows


def test_without_a_certificate_there_is_no_tls(tmp_path: Path) -> None:
    files = rendered(tmp_path, places=Places("/mnt"))
    assert "transport-tls" not in files["pjsip.conf"]
    assert "webrtc" not in files["pjsip.conf"]
    assert "tlsenable" not in files["http.conf"]
    assert "-web" not in files["extensions.conf"]


def test_an_asterisk_of_ones_own_keeps_its_directories(tmp_path: Path) -> None:
    assert "[directories]" not in rendered(tmp_path, places=Places(""))["asterisk.conf"]


def test_an_existing_pbx_is_given_only_what_it_adds(tmp_path: Path) -> None:
    *texts, notice = render_additions(CONFIG, tmp_path)
    files = {file.name: file.read_text() for file in texts}
    assert set(files) == {"ari_ivr.conf", "extensions_ivr.conf", "http_ivr.conf"}
    assert notice.name == "recording-notice.wav"
    assert "[general]\n" not in files["ari_ivr.conf"]
    assert "exten => 100,1" in files["extensions_ivr.conf"]
    assert "1001" not in files["extensions_ivr.conf"]


def test_asterisks_comment_sign_in_a_secret_is_escaped() -> None:
    assert escaped("a;b") == "a\\;b"


@pytest.mark.parametrize("value", ["two\nlines", " leading", "trailing "])
def test_what_asterisk_cannot_read_back_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match="take it out"):
        escaped(value)


def test_a_supervisor_leaves_with_the_call_that_is_listened_to(tmp_path: Path) -> None:
    spies = [line for line in rendered(tmp_path)["ivr.conf"].splitlines() if "ChanSpy" in line]
    assert [line.rpartition(",")[2] for line in spies] == ["uqES)", "uqESw)", "uqESB)"]
    assert "load = app_chanspy.so" in rendered(tmp_path)["modules.conf"]


def test_whoever_waits_for_a_person_hears_music_or_ringing(tmp_path: Path) -> None:
    with_music, without = rendered(tmp_path), rendered(tmp_path, places=Places("/mnt"))
    assert "Queue(people,tb(ivr-screen^s^1),,," in with_music["extensions.conf"]
    assert "Queue(people,tb(ivr-screen^s^1)r,,," in without["extensions.conf"]
    assert 'Dial(${TARGETS},30,b(ivr-screen^s^1)${IF($["${CHANNEL(state)}" = "Up"]?r)})' in without["extensions.conf"]


def test_only_callers_whom_the_agent_sent_come_back_to_it(tmp_path: Path) -> None:
    files = rendered(tmp_path)
    assert files["extensions.conf"].count('GotoIf($["${IVR_AGENT}" != ""]?ivr-returned,s,1)') == 2
    away = files["extensions.conf"].partition("[ivr-no-agent]\n")[2].splitlines()
    assert away[:3] == [
        "exten => s,1,Set(IVR_AGENT=)",
        " same => n,Set(QUEUE_MAX_PENALTY=99)",
        " same => n,Goto(ivr-people,2000,1)",
    ]
    assert "Stasis(ivr,returned)" in files["ivr.conf"]


def test_only_the_outside_number_that_the_operator_named_can_be_transferred_to(tmp_path: Path) -> None:
    plain = rendered(tmp_path)["extensions.conf"]
    named = rendered(tmp_path, replace(CONFIG, outside="912345678"))["extensions.conf"]
    assert plain.count("@carrier") == 1
    transfers = named[named.index("[ivr-transfer]") : named.index("[ivr-consult]")]
    assert "exten => 912345678,1,Dial(PJSIP/${EXTEN}@carrier,30,r)\n same => n,Goto(ivr-returned,s,1)" in transfers
    assert "_" not in transfers.replace("[ivr-", "")
