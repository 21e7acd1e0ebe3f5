"""A SoftHSM of its own for each test run, and tokens in it."""
