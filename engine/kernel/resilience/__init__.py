"""What follows a failure: retry, alternative, request, compensation."""
