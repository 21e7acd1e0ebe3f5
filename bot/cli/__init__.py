"""The command line, in English, at the terminal of an administrator."""
