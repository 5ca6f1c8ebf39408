"""Public: values and texts as people read them. Imports no database."""

from engine.model.runs.run_ids import short_run_id
from engine.model.text.personal import masked_values
from engine.model.text.redaction import redacted
from engine.model.text.server_paths import without_folders
from engine.model.text.visible_text import INVISIBLE, as_seen, is_blank, utf16_length
from engine.model.text.wording import (
    MISSING,
    between_quotes,
    count,
    in_words,
    key_in_words,
    quoted,
    same_json,
    sent_back_at,
)

__all__ = [
    "INVISIBLE",
    "MISSING",
    "as_seen",
    "between_quotes",
    "count",
    "in_words",
    "is_blank",
    "key_in_words",
    "masked_values",
    "quoted",
    "redacted",
    "same_json",
    "sent_back_at",
    "short_run_id",
    "utf16_length",
    "without_folders",
]
