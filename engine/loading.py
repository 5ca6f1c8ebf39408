"""Public: load workflow files by path, and the services that they offer."""

from engine.authoring.dict_form.json_schema import workflow_schema
from engine.authoring.file_services import offered, offered_all
from engine.authoring.fresh_modules import fresh_modules, module_files
from engine.authoring.loader import Found, load, load_all

__all__ = [
    "Found",
    "fresh_modules",
    "load",
    "load_all",
    "module_files",
    "offered",
    "offered_all",
    "workflow_schema",
]
