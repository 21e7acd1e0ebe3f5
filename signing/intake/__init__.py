"""Is this document fit to be signed? The gate, the pictures, the conversion of photos."""
