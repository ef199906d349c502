"""``/experiments`` on a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

WANTED: dict[str, Any] = {"name": "voz", "variants": {"igual": {}, "alex": {"voice": "em_alex"}}}


async def detail(api: httpx.AsyncClient, **change: Any) -> str:
    answer = await api.post("/experiments", json=WANTED | change)
    assert answer.status_code == 422, answer.text
    told: str = answer.json()["detail"]
    return told


async def test_an_experiment_is_created_shown_stopped_and_started_again(api: httpx.AsyncClient) -> None:
    created = await api.post("/experiments", json=WANTED)
    assert created.status_code == 201, created.text
    assert created.json()["state"] == "running"
    assert created.json()["variants"] == {"igual": "nothing", "alex": "voice em_alex"}
    assert [item["name"] for item in (await api.get("/experiments")).json()] == ["voz"]
    shown = (await api.get("/experiments/voz")).json()
    assert [one["calls"] for one in shown["results"]["variants"]] == [0, 0]
    assert "not enough calls yet" in shown["results"]["verdict"][0]
    assert (await api.post("/experiments/voz/stop")).json()["state"] == "stopped"
    assert (await api.post("/experiments/voz/start")).json()["state"] == "running"


async def test_a_draft_draws_no_calls(api: httpx.AsyncClient) -> None:
    assert (await api.post("/experiments", json=WANTED | {"start": False})).json()["state"] == "draft"


async def test_what_cannot_be_is_a_problem_that_says_why(api: httpx.AsyncClient) -> None:
    assert "no voice is called 'nadie'" in await detail(api, variants={"a": {}, "b": {"voice": "nadie"}})
    wrong = {"a": {}, "b": {"persona": {"phrases": {"balance": "Son {importe}."}}}}
    assert (await detail(api, variants=wrong)).startswith("variants.b.persona.phrases.balance: unknown slot {importe}")
    assert "give a persona's name" in await detail(api, variants={"a": {}, "b": {"persona": "/etc/passwd"}})
    assert "share: 3" in await detail(api, share=3)
    for answer in (await api.get("/experiments/nada"), await api.post("/experiments/nada/stop")):
        assert answer.status_code == 404
        assert "ivr experiments list" in answer.json()["detail"]


async def test_without_the_key_it_is_closed(api: httpx.AsyncClient) -> None:
    assert (await api.post("/experiments", json=WANTED, headers={"X-API-Key": "wrong"})).status_code == 401
