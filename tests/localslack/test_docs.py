"""The page about the local Slack names everything there is, and speaks of the bundled workspace."""

import re
from pathlib import Path

from localslack.api.registry import METHODS
from localslack.config import load_workspace
from localslack.control.http import HANDLERS
from localslack.control.reading import READ
from localslack.faults import KINDS

TEXT = (Path(__file__).parents[2] / "docs" / "reference" / "local-slack.md").read_text()


def test_every_method_is_named() -> None:
    part = TEXT.partition("## The Web API")[2].partition("Any other method")[0]
    assert set(re.findall(r"`([\w.]+)`", part)) == set(METHODS)


def test_every_route_is_named() -> None:
    routes = {f"/control/{name}" for name in (*READ, *HANDLERS, "live")}
    assert {route.split("?")[0] for route in re.findall(r"`(/control/[^`]+)`", TEXT)} == routes


def test_every_fault_is_named() -> None:
    assert all(f"`{kind}`" in TEXT for kind in KINDS)


def test_the_tokens_are_the_bundled_ones() -> None:
    app = load_workspace(None).app
    assert all(f"`{value}`" in TEXT for value in (app.bot_token, app.app_token, app.signing_secret))
