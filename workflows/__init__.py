"""The bundled examples: one workflow a file."""
