"""The HTTP interface beside the Web API: for the page, and for tests that act as people."""
