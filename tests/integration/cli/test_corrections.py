"""``ivr corrections`` on a real database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from ivr.cli.corrections import corrections
from ivr.errors import CorrectionNotFound, CorrectionRefused, StorageError
from ivr.language.correction.bank_file import first_entries

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "TENANT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IVR_HOME", str(tmp_path / "var"))


def run(*words: str, **more: Any) -> Result:
    result = CliRunner().invoke(corrections, words, **more)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def rows(*words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(*words, "--json").output)
    return found


def test_a_sentence_put_right_teaches_each_word_with_its_neighbours() -> None:
    taught = rows("add", "pago la fractural de mi cuesta", "pago la factura de mi cuenta", "--by", "ana")
    assert [(row["heard"], row["meant"], row["before"], row["after"], row["state"]) for row in taught] == [
        ("fractural", "factura", "", "", "active"),
        ("cuesta", "cuenta", "mi nuestra su tu", "$ a bancaria con corriente de es no por que y", "active"),
    ]
    assert rows("list", "--text", "fractural")[0]["why"] == "taught by ana"


def test_what_is_listed_taught_and_revoked_is_shown() -> None:
    assert len(rows("list", "--state", "active")) == len(first_entries())
    (taught,) = rows("add", "guaifai", "wifi")
    assert taught["state"] == "active"
    shown = run("list", "--text", "guaifai").output
    assert "guaifai" in shown
    assert "active" in shown
    assert "taken back by eva" in run("revoke", str(taught["id"]), "--by", "eva", env={"COLUMNS": "200"}).output
    assert rows("list", "--text", "guaifai")[0]["state"] == "revoked"
    counted = json.loads(run("stats", "--json").output)
    assert (counted["active"], counted["revoked"]) == (len(first_entries()), 1)
    assert "revoked    1" in run("stats").output


def test_a_common_word_alone_waits_for_its_context() -> None:
    (waiting,) = rows("add", "suelo", "saldo")
    assert (waiting["state"], "common word" in waiting["why"]) == ("candidate", True)
    (told,) = rows("add", "suelo", "saldo", "--before", "mi el")
    assert (told["state"], told["before"]) == ("active", "el mi")


def test_tenants_have_banks_of_their_own() -> None:
    run("add", "guaifai", "wifi", "--tenant", "acme")
    assert rows("list", "--text", "guaifai") == []
    assert len(rows("list", "--text", "guaifai", "--tenant", "acme")) == 1


def test_a_bank_moves_by_csv_and_broken_rows_are_told_by_line(tmp_path: Path) -> None:
    run("add", "guaifai", "wifi")
    run("export", "bank.csv", "--state", "active")
    moved = json.loads(run("import", "bank.csv", "--tenant", "acme", "--json").output)
    assert moved == {"loaded": len(first_entries()) + 1, "broken": []}
    assert len(rows("list", "--tenant", "acme", "--state", "active")) == len(first_entries()) + 1
    assert run("export").output.startswith("heard,meant,kind,before,after,state,source,fired,confirmed,reverted\n")
    (tmp_path / "broken.csv").write_text("heard,meant\nrauti,router\n,nada\ndos,doce\n")
    result = run("import", "broken.csv")
    assert result.exit_code == 1
    assert "line 3: heard and meant must both have words" in result.output
    assert "line 4: digits, numbers" in result.output
    assert "1 loaded, 2 broken" in result.output


def test_what_cannot_be_taken_says_why(tmp_path: Path) -> None:
    with pytest.raises(CorrectionRefused, match="teach nothing"):
        run("add", "y el lunes", "sí el lunes")
    with pytest.raises(CorrectionRefused, match="never corrected"):
        run("add", "cinco", "cincuenta")
    with pytest.raises(CorrectionNotFound, match="999"):
        run("revoke", "999")
    (tmp_path / "latin.csv").write_bytes("heard,meant\navería,avería\n".encode("latin-1"))
    with pytest.raises(CorrectionRefused, match="save it as CSV UTF-8"):
        run("import", "latin.csv")
    (tmp_path / "none.csv").write_text("a;b\n")
    with pytest.raises(StorageError, match="first line must be heard,meant"):
        run("import", "none.csv")
    assert run("list", "--state", "asleep").exit_code == 2
