"""Consequences of a failure: retry, alternative, request, compensation."""
