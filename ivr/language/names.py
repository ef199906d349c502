"""Common Spanish first names and surnames, by which a misheard name in an address is told."""

from __future__ import annotations

from importlib.resources import files

NAMES = frozenset(files(__package__).joinpath("names.txt").read_text(encoding="utf-8").split())
"""Folded; the most frequent ones of Spain (after the INE's list) and Mexico."""
