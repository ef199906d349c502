"""Spanish: numbers, intents, entities. Pure: no I/O, no clock."""
