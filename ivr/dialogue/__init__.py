"""Who has the floor, what was said, what may be done. Pure: no I/O, no clock."""
