"""The requests that are open: those that wait for the reader, or all of them for the operator."""

from collections.abc import Mapping
from typing import Any

from bot.console.pages.run import request_values
from bot.console.parts import Parts, Reader
from engine import NotPossible, RequestRecord, place_in_list

PAGE = 30
Values = Mapping[str, Any]


async def listed(parts: Parts, reader: Reader, query: Mapping[str, str]) -> Values:
    """Return a page of open requests, oldest first. `after`: the last request, or the place, before it."""
    if reader.everything:
        requests, newer = await _all(parts, query.get("after", ""))
    else:
        found = await parts.engine.find_waiting(reader.user, PAGE, place_in_list(query.get("after", "")))
        requests, newer = list(found.requests), str(found.next or "")
    wording = await parts.wording(reader, *requests)
    return {
        "requests": [request_values(request, None, wording) for request in requests],
        "newer": newer,
        "first": bool(query.get("after")),
        "everything": reader.everything,
    }


async def _all(parts: Parts, after: str) -> tuple[list[RequestRecord], str]:
    place = await parts.engine.request(after) if after else None
    requests = await parts.engine.marked(await parts.engine.requests(limit=PAGE + 1, after=place))
    shown = [request for request in requests[:PAGE] if request.kind != "clarification"]
    return shown, requests[PAGE - 1].id if len(requests) > PAGE else ""


async def receipt(parts: Parts, reader: Reader, request_id: str) -> Mapping[str, Any] | None:
    """Return the signed receipt of a request that the reader may see; None without one.

    Raises `NotPossible`, `NotAllowed`, `AlteredRun`.
    """
    request = await reader.seen.request(request_id)
    if request is None:
        return None
    if request.kind != "approval" or request.state not in ("decided", "expired"):
        raise NotPossible("This approval is not decided, so it has no receipt.")
    return await parts.engine.receipts.receipt(request_id)
