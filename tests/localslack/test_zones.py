"""People have a time zone: their own, or that of the machine."""

from pathlib import Path

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from localslack import Config, ManualClock, StartError, start
from localslack.config import load_workspace
from localslack.zones import machine_zone
from tests.localslack.conftest import Json

SUMMER, WINTER = 1_782_900_000, 1_768_000_000


def workspace_with(tmp_path: Path, tz: object) -> Path:
    content: Json = load_workspace(None).model_dump()
    content["users"][1]["tz"] = tz
    file = tmp_path / "workspace.yaml"
    file.write_text(yaml.safe_dump(content), "utf-8")
    return file


@pytest.mark.parametrize(("now", "hours", "name"), [(SUMMER, 2, "CEST"), (WINTER, 1, "CET")])
async def test_people_have_their_own_zone_or_that_of_the_workspace(
    tmp_path: Path, now: int, hours: int, name: str
) -> None:
    file = workspace_with(tmp_path, "Europe/Berlin")
    server = await start(Config(workspace=file, clock=ManualClock(now), tz="Asia/Kolkata"))
    web = AsyncWebClient(server.bot_token, server.api_url)
    alice = (await web.users_info(user="U01ALICE"))["user"]
    bob = (await web.users_info(user="U02BOB"))["user"]
    await server.close()
    assert (alice["tz"], alice["tz_offset"], alice["tz_label"]) == ("Europe/Berlin", hours * 3600, name)
    assert (bob["tz"], bob["tz_offset"], bob["tz_label"]) == ("Asia/Kolkata", 19_800, "IST")


@pytest.mark.parametrize("tz", ["Mars/Base", "../etc", "Europe"])
def test_an_unknown_zone_is_refused_with_the_field_the_value_and_the_remedy(tmp_path: Path, tz: str) -> None:
    file = workspace_with(tmp_path, tz)
    with pytest.raises(StartError) as refused:
        load_workspace(file)
    problem = f"users.1.tz {tz!r} is not a time zone; give a name of the IANA database, such as Europe/Berlin"
    assert str(refused.value) == f"{file}: {problem}"


@pytest.mark.parametrize(
    ("variable", "link", "zone"),
    [
        ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"), (":Asia/Tokyo", "", "Asia/Tokyo"),
        ("", "Europe/Berlin", "Europe/Berlin"), ("nowhere", "Europe/Berlin", "Europe/Berlin"),
        ("", "", "Etc/UTC"),
    ],
)  # fmt: skip
def test_the_zone_of_the_machine_is_that_of_tz_or_of_its_local_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, link: str, zone: str
) -> None:
    monkeypatch.setenv("TZ", variable)
    local_time = tmp_path / "localtime"
    local_time.symlink_to(tmp_path / "zoneinfo" / link if link else tmp_path / "none")
    assert machine_zone(local_time) == zone
