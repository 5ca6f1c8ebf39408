"""Public: load workflow files by path, and the services that they offer."""

from engine.authoring.file_services import offered
from engine.authoring.loader import Found, load

__all__ = ["Found", "load", "offered"]
