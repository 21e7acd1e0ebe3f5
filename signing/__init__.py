"""Decides and signs: no chat, no SQL, no environment."""
