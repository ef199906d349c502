"""Simulated callers and what is expected of the agent: ``ivr eval``."""
