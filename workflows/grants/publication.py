"""Letters and a page, by which people outside learn of awards."""

import html
import os
from collections.abc import Iterable
from pathlib import Path

from workflows.grants.register import Entry
from workflows.wording import count

_AWARD = """\
Dear {name},

your application {id} was successful. You are awarded ${amount:,}.
The grant is paid within thirty days.

The grants board
"""
_DECLINE = """\
Dear {name},

thank you for your application {id}. We can't support it this time.

The grants board
"""
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Grants awarded</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .4rem .5rem; border-bottom: 1px solid #ddd; overflow-wrap: break-word; }}
td:first-child {{ white-space: nowrap; }}
td:last-child, th:last-child {{ text-align: right; white-space: nowrap; }}
</style>
</head>
<body>
<h1>Grants awarded</h1>
<p>{grants}, ${total:,} in all.</p>
<table>
<thead><tr><th>Date</th><th>Id</th><th>Name</th><th>Amount</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</body>
</html>
"""
_ROW = "<tr><td>{date}</td><td>{id}</td><td>{name}</td><td>${amount:,}</td></tr>"


def letter(entry: Entry) -> str:
    """Return the letter to the person of a decision."""
    text = _AWARD if entry.verdict == "award" else _DECLINE
    return text.format(name=" ".join(entry.name.split()), id=entry.id, amount=entry.amount)


def page(awards: Iterable[Entry]) -> str:
    """Return the page of these awards. Names are escaped."""
    listed = list(awards)
    rows = [
        _ROW.format(
            date=html.escape(entry.at[:10]),
            id=html.escape(entry.id),
            name=html.escape(entry.name),
            amount=entry.amount,
        )
        for entry in listed
    ]
    total = sum(entry.amount for entry in listed)
    return _PAGE.format(grants=count(len(listed), "grant"), total=total, rows="\n".join(rows))


def write_whole(file: Path, text: str) -> None:
    """Put a text into a file at once: readers see the whole of the old one or of the new one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
