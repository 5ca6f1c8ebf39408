"""One module for each page: what it reads, as values for its template."""
