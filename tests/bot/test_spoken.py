"""The rules for the text of messages find what a notification would lack."""

import pytest

from bot.views.message import MAX_TEXT_BYTES, message
from bot.views.naming import naming_run
from tests.spoken import lacking

APPROVE = {"type": "actions", "elements": [{"type": "button", "action_id": "signoff:decide:approve"}]}
ASK = {"type": "section", "text": {"type": "mrkdwn", "text": "*Ship it?*"}}
FAILED = {"type": "section", "text": {"type": "mrkdwn", "text": "🔴 *load* failed at *fetch*\nNo answer."}}


@pytest.mark.parametrize(
    ("text", "blocks", "lack"),
    [
        ("⏸️ Ship it? · bob can decide (ship-8f3k)", [ASK, APPROVE], ""),
        (" ", [ASK, APPROVE], "empty"),
        ("⏸️ A question · bob can decide (ship-8f3k)", [ASK, APPROVE], "lacks the question"),
        ("⏸️ Ship it? (ship-8f3k)", [ASK, APPROVE], "who decides"),
        ("⏸️ Ship it? · bob can decide", [ASK, APPROVE], "names no run"),
        ("🔴 load failed at fetch bob can decide (load-8f3k)", [FAILED, APPROVE], "the reason"),
        ("🔴 load failed at fetch: no answer. bob can decide (load-8f3k)", [FAILED, APPROVE], ""),
        ("✅ carol approved *go*", [], "no run and no workflow"),
        ("✅ carol approved *go* of load-all", [], ""),
        ('[{"type": "section"}]', [], "JSON"),
        ("x" * 4000, [], "longer"),
    ],
)
def test_a_text_without_essentials_is_found(text: str, blocks: list[object], lack: str) -> None:
    found = lacking({"text": text, "blocks": blocks, "metadata": {}}, ["load_all"])
    assert lack in found if lack else not found


@pytest.mark.parametrize("words", ["x" * 9000, "é" * 9000, "Ship it?"])
def test_the_name_of_the_run_stands_at_the_end_of_a_text_of_any_length(words: str) -> None:
    shown = naming_run(message(words), "ship-8f3k")
    assert shown.text.endswith(" (ship-8f3k)")
    assert len(shown.text.encode()) <= MAX_TEXT_BYTES
    assert naming_run(shown, "ship-8f3k") == shown
