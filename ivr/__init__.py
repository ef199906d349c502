"""A Spanish-first AI call center on Asterisk."""

__version__ = "0.1.0"
