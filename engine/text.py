"""Public: values and texts as people read them. Imports no database."""

from engine.model.runs.run_ids import short_run_id
from engine.model.text.redaction import redacted
from engine.model.text.server_paths import without_folders
from engine.model.text.visible_text import INVISIBLE, as_seen, is_blank, utf16_length
from engine.model.text.wording import (
    MISSING,
    SENT_BACK,
    between_quotes,
    count,
    in_words,
    key_in_words,
    quoted,
    same_json,
)

__all__ = [
    "INVISIBLE",
    "MISSING",
    "SENT_BACK",
    "as_seen",
    "between_quotes",
    "count",
    "in_words",
    "is_blank",
    "key_in_words",
    "quoted",
    "redacted",
    "same_json",
    "short_run_id",
    "utf16_length",
    "without_folders",
]
