"""The one door to a key: the record of what was approved, the module that guards the key, the client."""
