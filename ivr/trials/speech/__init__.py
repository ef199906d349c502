"""`ivr bench speech`: how well callers are heard, on test audio of its own making."""
