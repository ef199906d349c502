"""Audio values and their arithmetic. Pure: no I/O, no clock."""
