"""Tables, rows, the statements made from them, and their migration."""
