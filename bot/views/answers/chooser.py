"""Window in which a person chooses the workflow to run."""

from collections.abc import Sequence
from typing import Any

from bot.views import button_values
from bot.views.blocks import grey, plain, quotation, rich, section
from bot.views.forms.message_input import SourceMessage, carried
from bot.views.forms.modals import modal
from bot.views.message import Block
from bot.views.wording.text import cut, distinct_options, safe
from engine import WorkflowRecord

MAX_CHOICES = 100
"""Options of a menu."""


def chooser_modal(
    workflows: Sequence[WorkflowRecord],
    total: int,
    channel: str | None,
    source: SourceMessage | None = None,
) -> dict[str, Any]:
    """`total`: of the workflows that the person may start, of which these are the first.

    `source`: the message whose text the form begins with.
    """
    titles = [each.title if each.title == each.name else f"{each.title} ({each.name})" for each in workflows]
    options = [
        {"text": plain(text, 75), "value": value}
        for text, each in zip(distinct_options(titles), workflows, strict=True)
        if len(value := button_values.encode(each.name, channel or "-")) <= button_values.MAX_OPTION_LENGTH
    ]
    left = total - len(options)
    menu = {
        "type": "static_select",
        "action_id": button_values.CHOOSE,
        "placeholder": plain("Choose a workflow", 150),
        "options": options,
    }
    more = f"{left:,} more are not in this menu. Type their names: run NAME." if left else ""
    if source is None:
        opens = "Its form opens here, with your last values."
    else:
        opens = "Its form opens here, with the text of the message."
    return modal(
        "Run a workflow",
        [
            section(f"*Which workflow?*\n{opens}", "choose", menu),
            grey(more) if more else None,
            *(_quoted(source) if source else ()),
        ],
        metadata=carried(source) if source else "",
    )


def _quoted(source: SourceMessage) -> list[Block]:
    return [
        section(f"*The message by {safe(source.author, 80)}*", "message"),
        rich(quotation(cut(source.text, 600)), block_id="text"),
        grey("The menu has only workflows that take a text."),
    ]
