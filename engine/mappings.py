"""Public: mappings such as `{"cents": "{details.cents}"}`, which give a value another form."""

from engine.kernel.facts import Unfit, mapped_input, template_paths, templates_in

__all__ = ["Unfit", "mapped_input", "template_paths", "templates_in"]
