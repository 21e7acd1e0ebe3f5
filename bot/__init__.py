"""Talks: the only processes."""
