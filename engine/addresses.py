"""Guards against addresses inside this machine's own networks, for steps that call what others name."""

import ipaddress
import socket
from collections.abc import Collection

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

__all__ = ["InsideNetwork", "PublicResolver", "is_public", "names_public_host"]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class InsideNetwork(OSError):
    """A name that leads to an address which may not be connected to."""


def is_public(address: str) -> bool:
    """Return whether an IP address is outside of this machine and its networks, however it is written."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inside = [found.ipv4_mapped, found.sixtofour, *(found.teredo or ())]
        if found in _NAT64:
            inside.append(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
        if not all(is_public(str(one)) for one in inside if one is not None):
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def names_public_host(host: str) -> bool:
    """Return whether a host may be called: a name, which `PublicResolver` checks, or a public IP address."""
    if not (":" in host or host.replace(".", "").isdigit()):
        return True
    try:
        return is_public(host)
    except ValueError:  # 127.1 or 2130706433, which the system would read as 127.0.0.1
        return False


class PublicResolver(AbstractResolver):
    """Gives only addresses that may be connected to, so that what was checked is what is used.

    `private`: names that may lead inside this network. `names`: looks them up; by default, the system does.
    """

    def __init__(self, private: Collection[str] = (), names: AbstractResolver | None = None) -> None:
        self._private, self._real = private, names or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._real.resolve(host, port, family)
        if host.lower() in self._private:
            return found
        if not all(is_public(one["host"]) for one in found):
            raise InsideNetwork(f"{host} is inside this machine's networks")
        return found

    async def close(self) -> None:
        await self._real.close()
