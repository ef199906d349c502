"""RTP: packets, jitter, streams (pure) and the UDP link."""
