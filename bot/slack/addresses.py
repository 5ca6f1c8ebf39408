"""Where a token may be sent without encryption."""

import ipaddress
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Return whether this host is the machine itself: `localhost`, 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def reveals_token(url: str) -> bool:
    """Return whether a token would leave this machine unencrypted. Addresses that cannot be read do."""
    try:
        parts = urlsplit(url)
        return parts.scheme != "https" and not is_loopback(parts.hostname or "")
    except ValueError:
        return True
