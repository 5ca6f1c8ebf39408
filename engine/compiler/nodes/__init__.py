"""Steps and waits: their functions, their inputs, their retries."""
