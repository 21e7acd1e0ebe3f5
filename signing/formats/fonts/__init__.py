"""The stamp's typefaces, their licence and the script that made them."""
