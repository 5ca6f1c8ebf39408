"""Metrics of runs, steps, requests and of the process itself, for Prometheus."""
