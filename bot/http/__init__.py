"""HTTP: the server, health checks, the approvals API with its client, and callbacks."""
