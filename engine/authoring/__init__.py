"""What an author types: workflows, references, outcomes, gates, services, and the loader of their files."""
