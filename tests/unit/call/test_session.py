from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.tools import ToolCall
from ivr.metadata import Outcome
from ivr.ports import HangUp

if TYPE_CHECKING:
    from tests.unit.call.conftest import FakeCall

LONG = " ".join(["palabra"] * 30) + "."


async def hang_up(call: FakeCall) -> None:
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()


def spoken(call: FakeCall, who: str) -> list[str]:
    assert call.book.metadata is not None
    return [turn.heard for turn in call.book.metadata.turns if turn.who == who]


async def test_the_agent_greets_and_the_call_ends_when_the_caller_hangs_up(call: FakeCall) -> None:
    await call.start(Speech("Hola, buenos días."))
    await call.ticks(1)
    await hang_up(call)
    assert spoken(call, "agent") == ["Hola, buenos días."]
    assert call.book.events == ["opened", "closed"]
    assert call.book.metadata is not None
    assert call.book.metadata.call.outcome is Outcome.CALLER_HUNG_UP
    assert call.control.did == []


async def test_who_heard_that_the_call_is_recorded_is_written_down(call: FakeCall) -> None:
    await call.start()
    await hang_up(call)
    assert call.book.metadata is not None
    assert call.book.metadata.call.recording_notice


async def test_a_turn_is_heard_answered_and_written_down(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    await call.say("Quiero saber mi saldo.", [Speech("Claro, ahora mismo.")])
    await call.ticks(1)
    await hang_up(call)
    assert call.model.asked[-1] == (Message("assistant", "Hola."), Message("user", "Quiero saber mi saldo."))
    assert spoken(call, "caller") == ["Quiero saber mi saldo."]
    assert spoken(call, "agent") == ["Hola.", "Claro, ahora mismo."]
    assert call.book.metadata is not None
    assert call.book.metadata.turns[-1].latencies_ms.keys() == {"pause", "stt", "endpoint", "llm", "tts", "total"}
    assert call.book.metadata.turns[-2].turn_end_probability == 0.99


async def test_a_function_runs_once_and_its_result_is_entered(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    await call.say("Mi saldo.", [Speech("Un momento."), ToolCall("read", {}, "k1")], [Speech("Son diez euros.")])
    await call.ticks(2)
    await hang_up(call)
    assert call.functions.ran == ["read"]
    roles = [message.role for message in call.model.asked[-1]]
    assert roles == ["assistant", "user", "assistant", "tool"]
    assert spoken(call, "agent")[-1] == "Un momento. Son diez euros."


async def test_the_recogniser_is_told_what_to_expect(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    await call.say("Mi saldo.", [ToolCall("read", {}, "k1")], [Speech("¿A qué correo electrónico se lo envío?")])
    await call.ticks(2)
    await call.say("Al de siempre.", [Speech("¿Quiere que se lo repita?")])
    await call.ticks(2)
    await call.say("No.", [Speech("Muy bien.")])
    await hang_up(call)
    first, email, yes_or_no = call.ear.hints
    assert (first.hotwords, first.slots, first.words) == (("fibra 600",), frozenset(), True)
    assert email.slots == {"email"}
    assert email.hotwords[0] == "arroba"
    assert email.hotwords[-2:] == ("Ana López", "fibra 600")
    assert yes_or_no.hotwords == ()


async def test_both_sides_are_recorded_in_step(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    await call.say("Hola.", [Speech("Dígame.")])
    await hang_up(call)
    heard = b"".join(tick[0] for tick in call.tapes.tape.ticks)
    said = [tick[1] for tick in call.tapes.tape.ticks]
    assert said == call.line.sent
    assert heard.count(b"\x10\x20") == 25 * 160


async def test_an_interruption_cuts_the_reply_and_only_what_was_heard_enters_the_conversation(call: FakeCall) -> None:
    await call.start(Speech(LONG))
    await call.ticks(1)
    await call.say("¿Y cuándo vence la factura?", [Speech("El lunes.")])
    await call.ticks(1)
    await hang_up(call)
    heard = call.model.asked[-1][0]
    assert heard.role == "assistant"
    assert 0 < len(heard.text.split()) < len(LONG.split())
    assert call.book.metadata is not None
    assert [record.kind for record in call.book.metadata.interruptions] == ["interruption"]
    assert call.book.metadata.turns[0].interrupted


async def test_the_agent_falls_silent_within_200_ms_of_the_callers_onset(call: FakeCall) -> None:
    await call.start(Speech(LONG))
    await call.ticks(1)
    await call.say("¿Y cuándo vence la factura?", [Speech("El lunes.")])
    await hang_up(call)
    assert call.book.metadata is not None
    stopped = call.book.metadata.interruptions[0].stopped_after_ms
    assert stopped is not None
    assert stopped <= 200


async def test_after_a_backchannel_the_reply_goes_on_and_is_heard_whole(call: FakeCall) -> None:
    await call.start(Speech(LONG))
    await call.ticks(1)
    await call.say("Ajá.", [])
    await call.ticks(5)
    await hang_up(call)
    assert spoken(call, "agent") == [LONG]
    assert call.book.metadata is not None
    assert [record.kind for record in call.book.metadata.interruptions] == ["backchannel"]


async def test_a_function_in_progress_survives_an_interruption(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    call.functions.gate.clear()
    await call.say("Mi saldo.", [Speech("Un momento, que lo miro ahora mismo."), ToolCall("read", {}, "k1")])
    await call.say("¿Y cuándo vence la factura?", [Speech("El lunes.")])
    call.functions.gate.set()
    await call.ticks(1)
    await hang_up(call)
    assert call.functions.ran == ["read"]
    assert call.book.metadata is not None
    assert [record.name for record in call.book.metadata.tools] == ["read"]


async def test_the_goodbye_is_heard_before_the_line_is_let_go(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    await call.say("Adiós.", [Speech("Hasta luego."), ToolCall("end_call", {}, "k1")])
    await call.ticks(2)
    await call.over()
    assert call.control.did == ["hang up normal"]
    assert spoken(call, "agent")[-1] == "Hasta luego."
    assert call.book.metadata is not None
    assert call.book.metadata.call.outcome is Outcome.COMPLETED


async def test_a_transfer_happens_after_its_announcement(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    await call.say("Con una persona.", [Speech("Le paso."), ToolCall("transfer", {}, "k1")])
    await call.ticks(2)
    assert call.control.did == ["transfer 2000"]
    call.session.leave(HangUp(by="agent", outcome=Outcome.TRANSFERRED))
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    assert call.book.metadata.call.outcome is Outcome.TRANSFERRED


async def test_a_caller_whom_nobody_answered_comes_back_to_an_agent_that_knows(call: FakeCall) -> None:
    call.come_back()
    await call.start(Speech("Lo siento, no contesta nadie."))
    [asked, result] = call.model.asked[0]
    assert asked.call is not None
    assert asked.call.name == "transfer_to_agent"
    assert result.result is not None
    assert not result.result.ok
    assert call.session._book.metadata.call.returned


async def test_a_transfer_that_fails_is_told_and_the_call_goes_on(call: FakeCall) -> None:
    call.control.refuses = True
    await call.start()
    await call.ticks(1)
    unreachable: list[Speech | ToolCall] = [Speech("No puedo pasarle.")]
    await call.say("Con una persona.", [Speech("Le paso."), ToolCall("transfer", {}, "k1")], unreachable)
    await call.ticks(2)
    await call.say("Pues mi saldo.", [Speech("Son diez euros.")])
    await call.ticks(1)
    await hang_up(call)
    assert spoken(call, "agent")[-2:] == ["No puedo pasarle.", "Son diez euros."]


async def test_keys_reach_the_conversation(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    call.model.replies.append([Speech("Gracias.")])
    for digit in "123456#":
        call.session.press(digit)
    await call.ticks(1)
    await hang_up(call)
    assert Message("user", "123456", by_keys=True) in call.model.asked[-1]
    assert call.book.metadata is not None
    assert call.book.metadata.digits == "123456"


async def test_a_caller_who_never_speaks_is_let_go(call: FakeCall) -> None:
    await call.start()
    await call.ticks(30)
    await call.over()
    assert spoken(call, "agent") == ["Hola.", "[no_input]", "[no_input]", "[no_input_goodbye]"]
    assert call.control.did == ["hang up normal"]
    assert call.book.metadata is not None
    assert call.book.metadata.call.outcome is Outcome.NO_INPUT


async def test_a_call_whose_tick_breaks_ends_alone_with_its_record(call: FakeCall) -> None:
    await call.start()
    call.line.breaks = True
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    assert call.book.metadata.call.outcome is Outcome.AGENT_FAILED


async def test_a_call_that_lasts_too_long_ends_after_a_word(call: FakeCall) -> None:
    call.limit(max_call=3.0)
    await call.start()
    await call.ticks(5)
    await call.over()
    assert spoken(call, "agent") == ["Hola.", "[time_limit]"]
    assert call.book.metadata is not None
    assert call.book.metadata.call.outcome is Outcome.TIME_LIMIT


async def test_a_model_that_fails_again_and_again_ends_the_call_though_the_apology_is_heard(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    call.model.fails = True
    for _ in range(3):
        await call.say("Quiero saber mi saldo.", [])
        await call.ticks(1)
    await call.over()
    assert spoken(call, "agent") == ["Hola.", "[failed]", "[failed]"]
    assert call.book.metadata is not None
    assert call.book.metadata.call.outcome is Outcome.AGENT_FAILED


async def test_speech_that_fails_ends_the_call_soon_not_in_endless_silence(call: FakeCall) -> None:
    call.voice.fails = True
    await call.start()
    await call.ticks(2)
    await call.over()
    assert call.book.metadata is not None
    assert call.book.metadata.call.outcome is Outcome.AGENT_FAILED
