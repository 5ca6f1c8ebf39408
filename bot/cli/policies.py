"""Requests of the command line about policies."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from engine import Engine
from engine.policies import MAX_JUDGED, read_policies

JSON = dict[str, Any]
Values = Mapping[str, Any]


async def replay_policies(engine: Engine, values: Values, user: str) -> JSON:
    """A page of past runs, oldest first. `cursor`: the run after which the next page begins."""
    policies = read_policies(values["text"], values["file"]) if values["text"] is not None else None
    after = await engine.find_run(cursor) if (cursor := values.get("cursor")) else None
    page = await engine.replay_policies(policies, since=_since(engine, values), after=after)
    return {
        "since": _since(engine, values).isoformat(),
        "runs": [
            {
                "run": judged.run.id,
                "short": judged.run.short,
                "workflow": judged.run.workflow,
                "at": judged.run.created_at.isoformat(),
                "decision": judged.decision,
                "rules": [{"step": step, **rule.as_json()} for step, rule in judged.rules],
            }
            for judged in page
        ],
        "cursor": page[-1].run.id if len(page) == MAX_JUDGED else None,
    }


async def policy_status(engine: Engine, values: Values, user: str) -> JSON:
    """Return the rules in use, with their denials and exceptions since a moment."""
    since = _since(engine, values)
    rules, digest, more = await engine.policy_status(since=since)
    return {"since": since.isoformat(), "digest": digest, "rules": rules, "more": more}


def _since(engine: Engine, values: Values) -> datetime:
    given = values.get("since")
    return datetime.fromisoformat(given) if given else engine.clock.now() - timedelta(seconds=values["age"])


POLICIES: Mapping[str, Callable[[Engine, Values, str], Awaitable[JSON]]] = {
    act.__name__: act for act in (replay_policies, policy_status)
}
