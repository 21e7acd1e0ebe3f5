"""The loopback Telegram: its world (people, chats, messages), its Bot API, and what people do with their phones."""
