"""Recordings at rest."""
