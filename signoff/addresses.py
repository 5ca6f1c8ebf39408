"""Guards for steps that call addresses which others name."""

from engine.addresses import InsideNetwork, PublicResolver, is_public, names_public_host

__all__ = ["InsideNetwork", "PublicResolver", "is_public", "names_public_host"]
