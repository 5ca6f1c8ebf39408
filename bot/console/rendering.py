"""Templates to answers, each with headers that allow a page nothing that it does not need."""

from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.console.parts import PATH, Parts, Reader

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""The styles of a picture are its own."""
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
STATIC = Path(__file__).parent / "static"
FILES = {"console.css": "text/css", "icon.svg": "image/svg+xml", "live.js": "text/javascript"}

_environment = Environment(
    loader=PackageLoader("bot.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    template: str, parts: Parts, reader: Reader | None, status: int = 200, /, **values: Any
) -> web.Response:
    """Render a template. Every value is escaped, unless the wording made it."""
    common: dict[str, Any] = {"root": PATH, "reader": reader, "zone": reader.zone if reader else ""}
    common["by_slack"] = parts.settings.by_slack
    text = _environment.get_template(f"{template}.html").render({**common, **values})
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


def problem(parts: Parts, reader: Reader | None, status: int, text: str) -> web.Response:
    """Answer with a sentence."""
    return page("problem", parts, reader, status, text=text)


def picture(text: str) -> web.Response:
    headers = {**HEADERS, "Content-Security-Policy": _PICTURE_POLICY}
    return web.Response(text=text, content_type="image/svg+xml", headers=headers)


def static(name: str) -> web.Response:
    """Return a file of the console. Raises `KeyError` for an unknown one."""
    kind, headers = FILES[name], {**HEADERS, "Cache-Control": "max-age=300"}
    text = (STATIC / name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)
