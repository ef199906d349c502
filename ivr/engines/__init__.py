"""One file per vendor of speech and language."""
