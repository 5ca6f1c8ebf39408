"""CI systems that go on with a workflow or a job when a request is decided."""
