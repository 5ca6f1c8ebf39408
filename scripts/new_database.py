"""Writes the SQL of a new database, from the migrations: `python -m scripts.new_database`."""

from engine.store.schema.migrate import NEW_DATABASE, migrated_statements

if __name__ == "__main__":
    NEW_DATABASE.write_text(migrated_statements(), encoding="utf-8")
