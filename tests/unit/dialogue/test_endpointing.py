from ivr.dialogue.endpointing import Endpointer, EndpointingPolicy, SpeechPaused, SpeechStarted

WINDOW = 0.032


def feed(endpointer: Endpointer, probabilities: list[float]) -> list[object]:
    events: list[object] = []
    for number, probability in enumerate(probabilities):
        event = endpointer.feed(probability, number * WINDOW, (number + 1) * WINDOW)
        if event is not None:
            events.append(event)
    return events


def test_speech_starts_at_its_first_window_once_it_has_lasted() -> None:
    events = feed(Endpointer(EndpointingPolicy()), [0.0, 0.9, 0.9, 0.9])
    assert events == [SpeechStarted(WINDOW)]


def test_a_click_is_not_speech() -> None:
    assert feed(Endpointer(EndpointingPolicy()), [0.9, 0.1, 0.0, 0.9, 0.1]) == []


def test_a_pause_is_told_with_the_end_of_the_sound() -> None:
    events = feed(Endpointer(EndpointingPolicy(pause=0.16)), [0.9] * 5 + [0.0] * 6)
    assert events == [SpeechStarted(0.0), SpeechPaused(5 * WINDOW)]


def test_a_soft_syllable_does_not_pause_speech() -> None:
    events = feed(Endpointer(EndpointingPolicy()), [0.9] * 5 + [0.4] * 10 + [0.9] * 3)
    assert events == [SpeechStarted(0.0)]


def test_a_gap_shorter_than_a_pause_is_bridged() -> None:
    events = feed(Endpointer(EndpointingPolicy(pause=0.16)), [0.9] * 5 + [0.0] * 3 + [0.9] * 5)
    assert events == [SpeechStarted(0.0)]


def test_speech_after_a_pause_starts_anew() -> None:
    events = feed(Endpointer(EndpointingPolicy(pause=0.16)), [0.9] * 5 + [0.0] * 8 + [0.9] * 5)
    assert [type(event) for event in events] == [SpeechStarted, SpeechPaused, SpeechStarted]
