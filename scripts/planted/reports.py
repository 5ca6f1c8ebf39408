"""Planted bugs in reports of runs."""

from scripts.planted.mutant import Mutant

_REPORTS = ("tests/bot/reports/test_reports.py",)
MUTANTS = [
    Mutant(
        "a report in HTML takes the text of a run for markup",
        "bot/reports/html_page.py",
        'f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>"',
        'f"<dt>{escape(name)}</dt><dd>{value}</dd>"',
        _REPORTS,
    ),
    Mutant(
        "a line of a value closes its fence in a report",
        "bot/reports/markdown.py",
        'fence = "`" * (longest + 1)',
        'fence = "```"',
        _REPORTS,
    ),
    Mutant(
        "a report in Markdown takes the text of a run for markup",
        "bot/reports/markdown.py",
        '_MARKUP.sub(r"\\\\\\1", ',
        "str(",
        _REPORTS,
    ),
    Mutant(
        "a quotation mark ends a text in a PDF",
        "bot/reports/typst_text.py",
        ".replace('\"', '\\\\\"')",
        "",
        _REPORTS,
    ),
    Mutant(
        "a report is silent about events that it leaves out",
        "engine/store/queries/events.py",
        "return readable, max(number - limit, 0)",
        "return readable, 0",
        _REPORTS,
    ),
    Mutant(
        "a decision that does not count looks like one that does",
        "bot/reports/content.py",
        '"yes" if counts else "no"',
        '"yes"',
        _REPORTS,
    ),
    Mutant(
        "anybody gets the report of a run that they may not see",
        "bot/listeners/report_sharing.py",
        "    run = await seen.find_run(command.run)\n",
        "    run = await context.engine.find_run(command.run)\n",
        ("tests/bot/listeners/commands/test_reading.py",),
    ),
]
