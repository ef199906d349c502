"""Asterisk: ARI, call flow, switchboard, media links, the local PBX and a phone."""
