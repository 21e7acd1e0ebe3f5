"""The action “Sign a document”: a business process or robot waits until a document of its deal is signed."""
