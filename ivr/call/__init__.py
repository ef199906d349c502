"""A call in progress: one tick, one session, one recording."""
