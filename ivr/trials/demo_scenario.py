"""What the demonstration's caller does, and by what it is judged."""

from __future__ import annotations

from ivr.trials.scenario import Over, Press, Say, Scenario, Wait, WaitHangUp

ACCOUNT = "654321"
FOLLOW_UP = "¿Y cuándo vence la factura?"
ANSWERED_BY = "vence"
"""A word that only the answer to the follow-up holds."""
QUIET = 0.4
PATIENT = 0.9
"""Silence after which an answer with an amount or a date is over: those are spoken live, and the agent may breathe."""
MOST_WORD_ERRORS = 0.10
STOPS_WITHIN = 0.5
LEAST_TURNS = 6
REPORT_WITHIN = 60.0

SCENARIO = Scenario(
    "demo",
    (
        Wait(QUIET),
        Say("Buenos días, quería consultar mi saldo."),
        Press(ACCOUNT, after=1.0),
        Wait(PATIENT),
        Say(FOLLOW_UP),
        Wait(PATIENT),
        Say("¿Qué tarifas de fibra tienen?"),
        Over("Perdone, ¿cuál es la página web?", after=1.2),
        Wait(QUIET),
        Say("Eso es todo, muchas gracias. Hasta luego."),
        WaitHangUp(),
    ),
    voice="em_alex",
    speed=1.15,
)
