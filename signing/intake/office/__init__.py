"""Office files: what they are, what people must be told about them, and their pages as PDF."""
