"""The outside world in miniature, on loopback."""
