"""The evidence file of a request: made for an auditor, judged by anybody without us."""
