"""Uploading as slack_sdk does it, and what people see of it."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.localslack.conftest import People

INCIDENTS = "C02INCIDENTS"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)


async def test_an_uploaded_file_is_shared_in_its_channel(
    client: AsyncWebClient, people: People, http: aiohttp.ClientSession
) -> None:
    answer = await client.files_upload_v2(
        filename="chart.png", title="Chart", content=PNG, channel=INCIDENTS, initial_comment="look"
    )
    (message,) = await people.read("U01ALICE", INCIDENTS)
    (file,) = message["files"]
    assert (message["text"], file["title"], file["is_image"]) == ("look", "Chart", True)
    async with http.get(file["url"]) as response:
        assert (response.content_type, await response.read()) == ("image/png", PNG)
    info = (await client.files_info(file=answer["files"][0]["id"]))["file"]
    assert info["shares"]["public"][INCIDENTS][0]["ts"] == message["ts"]
    block = {"type": "image", "alt_text": "a", "slack_file": {"id": file["id"]}}
    await client.chat_postMessage(channel=INCIDENTS, text="x", blocks=[block])
    assert (await people.read("U01ALICE", INCIDENTS))[-1]["blocks"][0]["slack_file"]["url"] == file["url"]


async def test_a_wrong_upload_is_refused_with_slacks_code(
    client: AsyncWebClient, http: aiohttp.ClientSession
) -> None:
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": "F404"}], channel_id=INCIDENTS)
    given = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    async with http.post(given["upload_url"], data=b"123") as response:
        assert response.status == 400
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": given["file_id"]}])
    async with http.post(given["upload_url"], data=b"12345") as response:
        assert await response.text() == "OK - 5"
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.files_completeUploadExternal(files=[{"id": given["file_id"]}], channel_id="C01GENERAL")
    block = {"type": "image", "alt_text": "a", "slack_file": {"id": "F404"}}
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(channel=INCIDENTS, text="x", blocks=[block])


async def test_a_file_that_a_browser_would_run_is_downloaded(
    client: AsyncWebClient, people: People, http: aiohttp.ClientSession
) -> None:
    await client.files_upload_v2(filename="a.html", content="<script>1</script>", channel=INCIDENTS)
    url = (await people.read("U01ALICE", INCIDENTS))[0]["files"][0]["url"]
    async with http.get(url) as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
