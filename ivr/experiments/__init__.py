"""Experiments: which variant of the agent answers a call, and what came of it."""
