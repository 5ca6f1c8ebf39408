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
        ("The disk of /srv/my own data/b c/signoff.db is full", "The disk of signoff.db is full"),
        ("in /srv/old data/keys, and /var/Ann Lee/x/log.key", "in keys, and log.key"),
        ("The database /my data/signoff/signoff.db is full", "The database signoff.db is full"),
        ("/Volumes of Ann/signoff.db is full", "signoff.db is full"),
        ("Type /workflow runs a/b, or /invite @Signoff to a/b", None),
        ("/srv/a/b was changed. Type /workflow runs", "b was changed. Type /workflow runs"),
        ("/srv/a/b is full, see https://a.example/b", "b is full, see https://a.example/b"),
        ("in /srv/signoff/ and", "in a folder of the server and"),
        ("Type /workflow runs, or https://slack.com/help/a/b. 1/2/3", None),
        ("<https://a.example/b/c|text> and a/b/c", None),
    ],
)
def test_the_folders_of_a_path_are_left_out(text: str, shown: str | None) -> None:
    assert without_folders(text) == (shown or text)
