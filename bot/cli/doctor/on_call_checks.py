"""Checks of the on-call schedules: whether each source answers, and who is on call now."""

from collections.abc import Iterable

from bot.cli.doctor.finding import Finding
from bot.slack.people import SlackPeople
from engine import ON_CALL, Group, NobodyOnCall, PeopleUnavailable, UnknownPeople


def unknown_schedules(names: Iterable[str], named: Iterable[str]) -> list[Finding]:
    """Return a problem for each reference of the workflow files that names no schedule of the settings."""
    known = {f"{ON_CALL}{name}" for name in names}
    return [
        Finding(
            "on call",
            "problem",
            f"Workflows name {ref}, and there is no on-call schedule called {ref.removeprefix(ON_CALL)}.",
            "Add the schedule to the file of SIGNOFF_ONCALL.",
        )
        for ref in dict.fromkeys(named)
        if ref not in known
    ]


async def on_call_findings(people: SlackPeople) -> list[Finding]:
    """Return how each schedule of the settings is, with the people who are on call now."""
    names = people.on_call.names if people.on_call is not None else ()
    return [await _finding(people, name) for name in names]


async def _finding(people: SlackPeople, name: str) -> Finding:
    try:
        group = await people.resolve(f"{ON_CALL}{name}")
    except NobodyOnCall as error:
        failed = "cannot be looked up" in str(error)
        remedy = "Correct the source, its token or the people in the file of SIGNOFF_ONCALL."
        return Finding("on call", "problem" if failed else "warning", str(error), remedy if failed else "")
    except (UnknownPeople, PeopleUnavailable) as error:
        return Finding("on call", "problem", f"{name}: {error}")
    assert isinstance(group, Group)
    names = await people.names(sorted(group.members))
    listed = ", ".join(names[user_id] for user_id in sorted(group.members))
    return Finding("on call", "ok", f"On call for {name} now: {listed}.")
