"""The author's side: workflows, references, outcomes, gates, services, and the loader of their files."""
