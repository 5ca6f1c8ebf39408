"""Public: load workflow files by path, and the services that they offer."""

from engine.authoring.dict_form.json_schema import workflow_schema
from engine.authoring.file_services import offered, offered_all
from engine.authoring.loader import Found, load, load_all

__all__ = ["Found", "load", "load_all", "offered", "offered_all", "workflow_schema"]
