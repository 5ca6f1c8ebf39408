"""Permission for a call, with a server of Signoff that refuses the use of an approval."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.http.client import Client, NotUsable
from bot.tool_calls.permission import NotApproved, Permission, words_for
from bot.tool_calls.tool_call import Server, ToolCall

CALL = ToolCall(Server("db", ("db",)), "drop_table", "{}")
APPROVED = {"id": "gate-1", "state": "approved", "by": ["U1"]}


class RefusesUse(Client):
    """`altered`: the request is not as it was recorded, so it cannot be read either."""

    def __init__(self, *, altered: bool) -> None:
        super().__init__("http://127.0.0.1:9", "t")
        self.altered, self.keys = altered, list[str]()

    def ask(self, body: Mapping[str, str], key: str) -> dict[str, Any]:
        self.keys.append(key)
        if len(self.keys) > 1:
            return {"id": "gate-2", "state": "rejected", "by": ["U1"]}
        return APPROVED

    def use(self, id_: str, body: Mapping[str, str], key: str) -> dict[str, Any]:
        raise NotUsable("id: The use was refused.")

    def read(self, id_: str, wait: float = 0) -> dict[str, Any]:
        if self.altered:
            raise NotUsable("id: gate-1 was changed by another program.")
        return APPROVED


@pytest.mark.parametrize(
    ("altered", "words", "asked"),
    [
        (True, "gate-1 was changed by another program. The tool was not called.", 1),
        (False, "The call was rejected by U1. The tool was not called. Request gate-2.", 2),
    ],
)
async def test_only_an_approval_that_was_used_or_lapsed_is_asked_for_again(
    altered: bool, words: str, asked: int
) -> None:
    client = RefusesUse(altered=altered)

    async def waiting(_: str) -> None: ...

    with pytest.raises(NotApproved) as refused:
        await Permission(client, "").obtain(CALL, {"gate": "g"}, waiting, lambda begins: None)
    assert words in str(refused.value)
    assert len(set(client.keys)) == len(client.keys) == asked


def test_an_agent_gets_the_text_of_a_response_and_reads_that_nothing_was_decided() -> None:
    answer = {"id": "gate-1", "state": "responded", "by": ["U1"], "comment": "Use the \u200bcopy in staging."}
    assert words_for(answer) == (
        "Nobody approved or rejected the call. A person responded (U1): Use the ⟦U+200B⟧copy in staging. "
        "The tool was not called. Request gate-1."
    )
