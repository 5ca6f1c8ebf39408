"""Fill a workspace at the start: first what its file kept, then what is new or changed in the YAML."""

from collections.abc import Callable, Iterable
from typing import Any

from localslack.config import WorkspaceSpec
from localslack.workspace.database import Change, Database
from localslack.workspace.records import Channel, File, Group, Json, Message, User, View
from localslack.workspace.workspace import Workspace


async def fill(workspace: Workspace, spec: WorkspaceSpec, database: Database, now: float) -> None:
    """Load the file's records. An entry of the YAML counts when it is new there or differs from the one
    that was taken over last; otherwise what happened in the workspace since stands. People of the YAML come
    first, in its order."""
    taken = {item["id"]: item["body"] for item in database.load("seed")}
    _load(workspace, database)
    changes: list[Change] = []
    for item, put in _entries(workspace, spec, int(now)):
        if taken.get(item["id"]) != item:
            put(item)
            changes.append(Change("seed", item["id"], {"id": item["id"], "body": item}))
    in_order = [spec.app.bot_user, *(person.id for person in spec.users)]
    workspace.users = {id_: workspace.users[id_] for id_ in in_order} | workspace.users
    await database.write(changes)
    await workspace.save(*workspace.users.values(), *workspace.groups.values(), *workspace.channels.values())


def _load(workspace: Workspace, database: Database) -> None:
    for body in database.load("user"):
        workspace.users[body["id"]] = User(**body)
    for body in database.load("group"):
        workspace.groups[body["id"]] = Group(**body)
    for body in database.load("channel"):
        workspace.channels[body["id"]] = Channel(**body)
    for body in database.load("file"):
        workspace.files[body["id"]] = File(**body)
    for body in database.load("home"):
        workspace.homes[body["user"]] = View(**body)
    for body in database.load("message"):
        workspace.add_message(Message(**body))
    workspace.contents.update(database.load_contents())


def _entries(
    workspace: Workspace, spec: WorkspaceSpec, now: int
) -> Iterable[tuple[Json, Callable[[Json], Any]]]:
    app = spec.app

    def user(item: Json) -> None:
        workspace.users[item["id"]] = User(**item, updated=now)

    def group(item: Json) -> None:
        workspace.groups[item["id"]] = Group(**item, updated=now)

    def channel(item: Json) -> None:
        kept = workspace.channels.get(item["id"])
        reads = kept.reads if kept else {}
        workspace.channels[item["id"]] = Channel(**item, created=now, creator=spec.users[0].id, reads=reads)

    yield {"id": app.bot_user, "name": app.bot_name, "real_name": app.name, "is_bot": True}, user
    for person in spec.users:
        yield person.model_dump(), user
    for team in spec.groups:
        yield team.model_dump(), group
    for channel_spec in spec.channels:
        yield channel_spec.model_dump(), channel
