"""The declarative base of every table."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """All tables share one metadata, so that one migration history serves them."""
