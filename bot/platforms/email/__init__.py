"""E-mail, one way only: the second channel that tells a key's owner about every use."""
