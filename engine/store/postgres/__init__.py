"""The store on PostgreSQL: connections, the writing thread, the reading threads, the schema."""
