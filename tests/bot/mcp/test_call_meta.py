"""The server gets of `_meta` what names the client and the trace, and nothing that people could not see."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.mcp.proxy.call_meta import kept_meta, progress_token
from bot.mcp.proxy.proxy import Proxy
from engine.exact_json import AmbiguousJson, read_message
from tests.bot.mcp.test_proxy_failures import answer_of, call_of, settings_of

SENT = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "t", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
    "traceparent": "00-1-2-01",
    "tracestate": "a=b",
}
DROPPED = {
    "io.modelcontextprotocol/related-task": {"taskId": "1"},
    "io.modelcontextprotocol/logLevel": "debug",
    "IO.modelcontextprotocol/clientinfo ": 1,
    "traceparent2": "drop it all",
    "note": "and the other table",
}


async def test_the_server_gets_the_keys_that_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: dict[str, Any] = {}
    real: Callable[..., Awaitable[dict[str, Any]]] = Proxy._request

    async def request(self: Proxy, method: str, params: str) -> dict[str, Any]:
        sent[method] = read_message(params)["_meta"]
        return await real(self, method, params)

    monkeypatch.setattr(Proxy, "_request", request)
    meta = {**SENT, **DROPPED, "progressToken": "p"}
    assert "error" not in await answer_of(settings_of(tmp_path), call_of("read_note", _meta=meta))
    assert sent == {"tools/list": SENT, "tools/call": {**SENT, "progressToken": "p"}}


@pytest.mark.parametrize(
    ("value", "words"),
    [('"\\u0000"', "NUL"), ("1e400", "beyond"), ('"' + "x" * 9000 + '"', "at most 8,192")],
)
def test_odd_metadata_is_refused_with_its_place(value: str, words: str) -> None:
    with pytest.raises(AmbiguousJson, match=rf"_meta\.tracestate.*{words}"):
        kept_meta(read_message(f'{{"tracestate":{value}}}'))


@pytest.mark.parametrize("value", ["1.5", "true", "[]", "{}", '"' + "x" * 300 + '"', "1e999"])
def test_an_odd_token_is_refused(value: str) -> None:
    with pytest.raises(AmbiguousJson, match=r"_meta\.progressToken"):
        progress_token(read_message(f'{{"progressToken":{value}}}'))


def test_a_token_is_a_text_or_a_whole_number() -> None:
    assert progress_token(read_message('{"progressToken":7}')) == 7
    assert progress_token(read_message('{"progressToken":"p"}')) == "p"
    assert progress_token(read_message('{"progressToken":null}')) is None
