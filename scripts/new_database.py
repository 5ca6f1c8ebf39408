"""Writes the SQL of a new database, from the migrations, and its tables as plain data:
`python -m scripts.new_database`."""

from engine.store.schema import tables
from engine.store.schema.layout import LAYOUT, as_json
from engine.store.schema.migrate import NEW_DATABASE, migrated_statements

if __name__ == "__main__":
    NEW_DATABASE.write_text(migrated_statements(), encoding="utf-8")
    LAYOUT.write_text(as_json(tables.described()), encoding="utf-8")
