"""Evidence files at the edge: their words, and what an installation puts into one."""
