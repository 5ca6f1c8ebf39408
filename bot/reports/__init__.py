"""Report of a run: what was asked, decided and done, as Markdown, HTML or PDF."""
