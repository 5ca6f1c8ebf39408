"""A signed export of the event log as a download, as `signoff audit export` writes it."""

import io

from aiohttp import web

from bot.audit_files import Writer
from bot.console.pages.events import period_of
from bot.console.parts import Parts, Reader
from bot.console.rendering import HEADERS

_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv"}


async def exported(request: web.Request, parts: Parts, reader: Reader, form: str) -> web.StreamResponse:
    """Answer with the export of a period. A cut download does not verify: its statement says how long it is.

    Raises `NotAllowed`, `NotPossible`, `Altered`.
    """
    since, until = await period_of(parts, reader, request.query)
    document = await parts.engine.receipts.export(since, until, parts.clock.now())
    response = web.StreamResponse(
        headers={**HEADERS, "Content-Disposition": f'attachment; filename="signoff-events.{form}"'}
    )
    response.content_type, response.charset = _TYPES[form], "utf-8"
    await response.prepare(request)
    text = io.StringIO(newline="")
    writer = Writer(text, "csv" if form == "csv" else "jsonl", document)
    place, last = document["export"]["after"], document["export"]["events"]
    while place < last:
        records = await parts.engine.receipts.export_page(place, last)
        for record in records:
            writer.add(record)
        await response.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()
        if not records:
            break
        place = records[-1]["seq"]
    await response.write(text.getvalue().encode())
    await response.write_eof()
    return response
