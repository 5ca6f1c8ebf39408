"""A report as one HTML page that needs nothing else: it can be mailed, printed and kept."""

from html import escape

from bot.reports.document import Facts, Heading, Lines, Paragraph, Part, Picture, Report, Table

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2rem; }
h3 { font-size: 1rem; margin-top: 1.5rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .25rem 1rem; }
dt { font-weight: 600; } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.table { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; }
th, td { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #8886; }
td { overflow-wrap: break-word; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
pre { padding: .6rem; border: 1px solid #8886; border-radius: 4px; }
figure { margin: 0; } figure svg { max-width: 100%; height: auto; background: #fff; padding: .5rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2, h3 { break-after: avoid; } }
""".strip()


_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html_page(report: Report) -> str:
    """Return the page."""
    title, parts = escape(report.title), "\n".join(map(_part, report.parts))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{title}</h1>\n{parts}\n</main>\n</body>\n</html>\n"
    )


def _part(part: Part) -> str:
    match part:
        case Heading(text, level):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Facts(rows):
            pairs = (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
            return f"<dl>{''.join(pairs)}</dl>"
        case Table(head, rows):
            top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
            body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
            return (
                f'<div class="table"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
            )
        case Lines(name, lines):
            text = "\n".join(map(escape, lines))
            return f"<p>{escape(name)}:</p>\n<pre>{text}</pre>"
        case Picture(svg, words):
            steps = "".join(f"<li>{escape(line)}</li>" for line in words)
            return f"<figure>{svg}</figure>\n<ul>{steps}</ul>"
