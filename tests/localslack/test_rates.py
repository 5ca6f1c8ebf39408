"""Rate tiers of the reading methods, a large directory, members that the app can not see, disabled groups."""

from typing import Any

import aiohttp
import pytest

from localslack import Config, ManualClock, start
from localslack.large import large_workspace
from localslack.rates import CALLS_A_MINUTE


@pytest.mark.parametrize("method", ["usergroups.list", "users.info", "conversations.info"])
async def test_a_reading_method_is_refused_beyond_its_tier_until_the_minute_is_over(method: str) -> None:
    clock = ManualClock()
    server = await start(Config(clock=clock, rates=True))
    params = {"token": server.bot_token, "user": "U01ALICE", "channel": "C05DEPLOYS"}
    async with aiohttp.ClientSession() as http:

        async def call() -> tuple[int, str | None]:
            async with http.get(server.api_url + method, params=params) as answer:
                return answer.status, answer.headers.get("Retry-After")

        for _ in range(CALLS_A_MINUTE[method]):
            assert await call() == (200, None)
        clock.advance(20)
        assert await call() == (429, "40")
        clock.advance(40)
        assert await call() == (200, None)
    await server.close()


async def test_a_large_directory_is_listed_page_by_page() -> None:
    server = await start(Config(workspace=large_workspace(2_500, 30, 3_000, group_size=20)))
    async with aiohttp.ClientSession() as http:

        async def listed(method: str, what: str) -> list[Any]:
            found: list[Any] = []
            params = {"token": server.bot_token, "limit": "999", "cursor": ""}
            while True:
                async with http.get(server.api_url + method, params=params) as answer:
                    page = await answer.json()
                found += page[what]
                params["cursor"] = page["response_metadata"]["next_cursor"]
                if not params["cursor"]:
                    return found

        assert len(await listed("users.list", "members")) > 2_500
        assert len(await listed("conversations.list", "channels")) > 3_000
    await server.close()


async def test_a_hidden_member_is_not_shown_and_a_disabled_group_only_when_asked_for() -> None:
    server = await start(Config())
    async with aiohttp.ClientSession() as http:

        async def get(method: str, **params: str) -> Any:
            asked = {"token": server.bot_token, **params}
            async with http.get(server.api_url + method, params=asked) as answer:
                return await answer.json()

        async def change(what: str, **body: Any) -> None:
            async with http.post(f"{server.url}/control/{what}", json=body) as answer:
                assert (await answer.json())["ok"]

        await change("user", id="U02BOB", is_hidden=True)
        assert (await get("users.info", user="U02BOB"))["error"] == "user_not_visible"
        assert "U02BOB" not in [one["id"] for one in (await get("users.list"))["members"]]
        await change("group", id="S01ONCALL", disabled=True)
        assert "S01ONCALL" not in [one["id"] for one in (await get("usergroups.list"))["usergroups"]]
        everything = (await get("usergroups.list", include_disabled="true"))["usergroups"]
        assert [one["date_delete"] > 0 for one in everything if one["id"] == "S01ONCALL"] == [True]
        assert (await get("usergroups.users.list", usergroup="S01ONCALL"))["error"] == "no_such_subteam"
    await server.close()
