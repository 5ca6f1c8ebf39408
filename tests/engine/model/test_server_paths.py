"""Paths of the server stay out of what people outside read."""

import pytest

from engine.text import without_folders


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "The disk of the database /srv/signoff/signoff.db is full",
            "The disk of the database signoff.db is full",
        ),
        ("/srv/a/signoff.db-wal was shortened.", "signoff.db-wal was shortened."),
        ("The key, /etc/signoff/keys/log.key, cannot be read", "The key, log.key, cannot be read"),
        ("Look (/srv/a/b)", "Look (b)"),
        ("in /srv/signoff/ and", "in a folder of the server and"),
        ("Type /workflow runs, or https://slack.com/help/a/b. 1/2/3", None),
        ("<https://a.example/b/c|text> and a/b/c", None),
    ],
)
def test_the_folders_of_a_path_are_left_out(text: str, shown: str | None) -> None:
    assert without_folders(text) == (shown or text)
