"""Health of workflows: what is measured for their objectives, and what changed."""
