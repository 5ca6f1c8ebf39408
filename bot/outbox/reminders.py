"""Reminders of questions that people could not see yet: stale news, which nobody needs."""

from collections.abc import Sequence

from bot.outbox.ports import DeliveryStore, Wanted
from bot.outbox.projector import REMINDER


async def worth_telling(wanted: Sequence[Wanted], deliveries: DeliveryStore) -> list[Wanted]:
    """Return the messages without the reminders that came up before their question was posted."""
    parents = {want.target["thread_of"] for want in wanted if want.key.startswith(REMINDER)}
    if not parents:
        return list(wanted)
    rows = await deliveries.by_keys(parents)
    # A post in doubt may have arrived, so people may have seen it.
    seen = {key for key, row in rows.items() if row.ref is not None or row.state == "posting"}
    return [want for want in wanted if not want.key.startswith(REMINDER) or want.target["thread_of"] in seen]
