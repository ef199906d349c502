"""Outbound calling."""
