"""A large directory for trying a bot: thousands of people, hundreds of groups, many thousands of channels."""

from localslack.config import ChannelSpec, GroupSpec, UserSpec, WorkspaceSpec, load_workspace


def large_workspace(
    people: int = 5_000, groups: int = 300, channels: int = 30_000, group_size: int = 150
) -> WorkspaceSpec:
    """Return the bundled workspace with so many people, groups and channels more.

    Person n is `U9` and n with six digits, group n `@team-n`, channel n `#room-n`. Group n holds `group_size`
    people from person n * 16 on; the last channel holds the people of group 0, and no channel the bot.
    """
    base = load_workspace(None)
    ids = [f"U9{number:06}" for number in range(people)]
    users = [
        UserSpec(id=who, name=f"person-{number}", real_name=f"Person {number}", tz="Europe/Berlin")
        for number, who in enumerate(ids)
    ]
    teams = [
        GroupSpec(
            id=f"S9{number:06}",
            handle=f"team-{number}",
            name=f"Team {number}",
            users=[ids[(number * 16 + place) % people] for place in range(min(group_size, people))],
        )
        for number in range(groups)
    ]
    last = channels - 1
    members = teams[0].users if teams else ids[:group_size]
    rooms = [
        ChannelSpec(
            id=f"C9{number:06}", name=f"room-{number}", members=members if number == last else ids[:1]
        )
        for number in range(channels)
    ]
    return base.model_copy(
        update={
            "users": base.users + users,
            "groups": base.groups + teams,
            "channels": base.channels + rooms,
        }
    )
