"""E-mail, one way only: letters to clients, and the second channel that tells a key's owner about every use."""
