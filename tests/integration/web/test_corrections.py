"""``/corrections`` on a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

SENTENCE = {"heard": "revisar el salgo de mi cuesta", "meant": "revisar el saldo de mi cuenta", "by": "ana"}


async def teach(api: httpx.AsyncClient, **lesson: str) -> list[dict[str, Any]]:
    answer = await api.post("/corrections", json=lesson)
    assert answer.status_code == 201, answer.text
    taught: list[dict[str, Any]] = answer.json()
    return taught


async def test_a_corrected_sentence_teaches_the_bank(api: httpx.AsyncClient) -> None:
    taught = await teach(api, **SENTENCE)
    assert [(item["heard"], item["meant"], item["state"], item["why"]) for item in taught] == [
        ("salgo", "saldo", "active", "taught by ana"),
        ("cuesta", "cuenta", "active", "taught by ana"),
    ]
    page = (await api.get("/corrections", params={"state": "active", "text": "sal"})).json()
    assert (page["total"], page["limit"], page["offset"]) == (1, 50, 0)
    assert page["items"][0] == taught[0]
    assert (await api.get(f"/corrections/{taught[0]['id']}")).json() == taught[0]


async def test_what_was_taught_can_be_taken_back(api: httpx.AsyncClient) -> None:
    (taught,) = await teach(api, heard="guifi", meant="wifi")
    gone = (await api.delete(f"/corrections/{taught['id']}", params={"by": "eva"})).json()
    assert (gone["state"], gone["why"]) == ("revoked", "taken back by eva")
    counted = (await api.get("/corrections/stats")).json()
    assert (counted["active"], counted["revoked"]) == (0, 1)


async def test_what_cannot_be_taken_is_a_problem_that_says_why(api: httpx.AsyncClient) -> None:
    refused = await api.post("/corrections", json={"heard": "dos", "meant": "doce"})
    assert refused.status_code == 422
    assert "never corrected" in refused.json()["detail"]
    assert (await api.post("/corrections", json={"heard": "a", "meant": "b", "kind": "animal"})).status_code == 422
    assert (await api.post("/corrections", json={"heard": "guifi"})).status_code == 422
    for answer in (await api.get("/corrections/77"), await api.delete("/corrections/77")):
        assert answer.status_code == 404
        assert "ivr corrections list" in answer.json()["detail"]


async def test_a_bank_file_goes_in_and_out(api: httpx.AsyncClient) -> None:
    text = "heard,meant,state\nguifi,wifi,active\n,nada,\nrauter,router,\n"
    loaded = (await api.post("/corrections/import", content=text, headers={"Content-Type": "text/csv"})).json()
    assert loaded == {"loaded": 2, "broken": [{"line": 3, "problem": "heard and meant must both have words"}]}
    out = await api.get("/corrections/export", params={"state": "active"})
    assert out.headers["content-type"].startswith("text/csv")
    assert [line.split(",")[:2] for line in out.text.splitlines()[1:]] == [["guifi", "wifi"]]
    wrong = await api.post("/corrections/import", content="a;b\n", headers={"Content-Type": "text/csv"})
    assert wrong.status_code == 422
    assert "first line must be" in wrong.json()["detail"]


async def test_without_the_key_the_bank_is_closed(api: httpx.AsyncClient) -> None:
    sent = {"X-API-Key": "wrong"}
    assert (await api.get("/corrections", headers=sent)).status_code == 401
    assert (await api.post("/corrections", json=SENTENCE, headers=sent)).status_code == 401
    assert (await api.delete("/corrections/1", headers=sent)).status_code == 401
