"""The outside systems, one folder each, the same file names inside."""
