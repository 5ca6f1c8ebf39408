"""What a request asks, who may decide it, and what the decisions amount to."""
