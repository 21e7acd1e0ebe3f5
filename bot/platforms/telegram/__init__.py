"""Telegram: intake, cards, delivery."""
