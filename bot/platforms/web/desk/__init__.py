"""The intranet page: documents to ask about, what waits for me, what I asked for; one visit, one person."""
