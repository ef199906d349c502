"""A business function in Python: named in functions.yaml as ``functions_example.py:book_table``."""

import datetime as dt
import zlib


def book_table(
    people: int, day: dt.date, hour: dt.time, where: str = "inside", *, idempotency_key: str
) -> dict[str, str]:
    """Book a table; the key is the same when the same booking is asked for again, so it is made once."""
    code = zlib.crc32(f"{idempotency_key} {people} {day} {hour} {where}".encode()) % 10000
    return {"code": f"{code:04}"}
