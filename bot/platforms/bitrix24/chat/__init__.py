"""The portal's own messenger: one bot in private dialogs, the same journey as in Telegram."""
