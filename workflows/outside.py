"""Reading what others control: bounded in size and time, and never inside this machine's own networks.

Which file or address it is, the operator configures. An input only chooses one by name.
"""

import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import BinaryIO

import aiohttp
from yarl import URL

from signoff.addresses import InsideNetwork, PublicResolver, names_public_host

MAX_BYTES = 4_000_000
"""Of one answer."""
_MAX_REDIRECTS = 5
_TIMEOUT = aiohttp.ClientTimeout(total=20)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
ALLOWED = "FETCH_PRIVATE_HOSTS"


class Refused(ValueError):
    """An address or a file that is not read, however often one tries."""


class Unanswered(ConnectionError):
    """No answer, or not the one that was wanted. It may come the next time."""


def private_hosts(environment: Mapping[str, str]) -> frozenset[str]:
    """Hosts of this network that the operator lets workflows reach, from `FETCH_PRIVATE_HOSTS=a,b`."""
    return frozenset(host.strip().lower() for host in environment.get(ALLOWED, "").split(",") if host.strip())


async def fetch(url: str, query: Mapping[str, str] | None = None, private: Collection[str] = ()) -> bytes:
    """The body that an address answers with. `private`: hosts that may be inside this network.

    Each redirect is checked as the address itself is. Raises `Refused` and `Unanswered`.
    """
    at = URL(url).update_query(query or {})
    connector = aiohttp.TCPConnector(resolver=PublicResolver(private))
    try:
        async with aiohttp.ClientSession(
            timeout=_TIMEOUT, connector=connector, auto_decompress=False, trust_env=False
        ) as session:
            for _ in range(_MAX_REDIRECTS + 1):
                _check(at, private)
                found = await _get(session, at)
                if isinstance(found, bytes):
                    return found
                at = found
    except (aiohttp.ClientError, TimeoutError) as error:
        if isinstance(getattr(error, "os_error", None), InsideNetwork):
            raise _refused(at) from None
        raise Unanswered(f"{shown(url)} did not answer: {error or type(error).__name__}.") from None
    raise Unanswered(f"{shown(url)} redirects more than {_MAX_REDIRECTS} times.")


async def _get(session: aiohttp.ClientSession, at: URL) -> bytes | URL:
    """The body, or where it redirects to."""
    headers = {"Accept-Encoding": "identity"}
    async with session.get(at, headers=headers, allow_redirects=False) as answer:
        if answer.status in _REDIRECTS and "Location" in answer.headers:
            return at.join(URL(answer.headers["Location"]))
        if answer.status != 200:
            raise Unanswered(f"{shown(at)} answered {answer.status}.")
        if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Unanswered(f"{shown(at)} answered with compressed data, which Signoff did not ask for.")
        body = bytearray()
        async for part in answer.content.iter_chunked(65536):
            body += part
            if len(body) > MAX_BYTES:
                raise Refused(f"{shown(at)} answered with more than {MAX_BYTES // 1_000_000} MB.")
        return bytes(body)


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read it, and nothing that is not a regular file. Raises `Refused` and `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Refused(f"{path} is not a regular file.")
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def shown(url: str | URL) -> str:
    """Without the credentials and the query that it may have."""
    at = URL(url)
    try:
        return str(at.with_user(None).with_query(None))
    except ValueError:
        return str(at)


def _check(at: URL, private: Collection[str]) -> None:
    """Schemes, and hosts that are written as an IP address: those are resolved by nobody."""
    if at.scheme not in ("http", "https") or not at.host:
        raise Refused(f"{shown(at)} is not an http or https address.")
    host = at.host.lower()
    if host not in private and not names_public_host(host):
        raise _refused(at)


def _refused(at: URL) -> Refused:
    return Refused(
        f"{shown(at)} is inside this machine's networks. "
        f"The operator can allow the host with {ALLOWED}={at.host}."
    )
