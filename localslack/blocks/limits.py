"""Every limit in one table, each with its source.

Marks: d Slack's documentation (docs.slack.dev/reference/block-kit), s SDK source, x tried, 3 third party,
? uncertain. What is uncertain only warns.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    most: int
    source: str

    @property
    def sure(self) -> bool:
        return "?" not in self.source


LIMITS: dict[str, Limit] = {
    "message.blocks": Limit(50, "d blocks"),
    "message.characters": Limit(13_200, "3, undocumented: msg_blocks_too_long"),
    "message.tables": Limit(1, "d blocks/table-block"),
    "message.markdown": Limit(12_000, "d blocks/markdown-block: cumulative for one payload"),
    "message.table.characters": Limit(10_000, "d blocks/table-block: all cells of a message"),
    "view.blocks": Limit(100, "d blocks"),
    "view.title": Limit(24, "d views"),
    "view.submit": Limit(24, "d views"),
    "view.close": Limit(24, "d views"),
    "view.private_metadata": Limit(3000, "d views"),
    "view.callback_id": Limit(255, "d views"),
    "view.external_id": Limit(255, "? no number documented"),
    "view.bytes": Limit(250 * 1024, "d methods/views.open: view_too_large"),
    "block_id": Limit(255, "d blocks"),
    "action_id": Limit(255, "d block-elements"),
    "section.text": Limit(3000, "d blocks/section-block"),
    "section.fields": Limit(10, "d blocks/section-block"),
    "section.field": Limit(2000, "d blocks/section-block"),
    "header.text": Limit(150, "d blocks/header-block"),
    "context.elements": Limit(10, "d blocks/context-block"),
    "context.text": Limit(3000, "? only the text object's own limit is documented"),
    "context_actions.elements": Limit(5, "d blocks/context-actions-block"),
    "actions.elements": Limit(25, "d blocks/actions-block"),
    "input.label": Limit(2000, "d blocks/input-block"),
    "input.hint": Limit(2000, "d blocks/input-block"),
    "image.url": Limit(3000, "d blocks/image-block"),
    "image.alt_text": Limit(2000, "d blocks/image-block"),
    "image.title": Limit(2000, "d blocks/image-block"),
    "table.rows": Limit(100, "d blocks/table-block"),
    "table.cells": Limit(20, "d blocks/table-block"),
    "table.column_settings": Limit(20, "d blocks/table-block"),
    "data_table.rows": Limit(101, "d blocks/data-table-block: with the header"),
    "data_table.cells": Limit(20, "d blocks/data-table-block"),
    "data_table.caption": Limit(2000, "? no number documented"),
    "message.charts": Limit(2, "3, undocumented"),
    "chart.title": Limit(50, "d blocks/data-visualization-block"),
    "chart.label": Limit(20, "d blocks/data-visualization-block: categories, names of series, labels"),
    "chart.axis_label": Limit(50, "d blocks/data-visualization-block"),
    "chart.series": Limit(6, "d blocks/data-visualization-block"),
    "chart.segments": Limit(6, "d blocks/data-visualization-block"),
    "chart.categories": Limit(20, "3: data points of a series"),
    "video.title": Limit(200, "d blocks/video-block: less than 200"),
    "video.author_name": Limit(50, "d blocks/video-block: less than 50"),
    "card.title": Limit(150, "d blocks/card-block"),
    "card.subtitle": Limit(150, "d blocks/card-block"),
    "card.body": Limit(200, "d blocks/card-block"),
    "card.actions": Limit(3, "3"),
    "carousel.elements": Limit(10, "d blocks/carousel-block"),
    "container.title": Limit(150, "d blocks/container-block"),
    "container.subtitle": Limit(150, "d blocks/container-block"),
    "container.child_blocks": Limit(10, "d blocks/container-block"),
    "alert.text": Limit(200, "? said by an SDK's comment alone"),
    "plan.tasks": Limit(50, "? said by a third-party SDK alone"),
    "button.text": Limit(75, "d block-elements/button-element"),
    "button.value": Limit(2000, "d block-elements/button-element"),
    "button.url": Limit(3000, "d block-elements/button-element"),
    "button.accessibility_label": Limit(75, "d block-elements/button-element"),
    "confirm.title": Limit(100, "d composition-objects/confirmation-dialog-object"),
    "confirm.text": Limit(300, "d composition-objects/confirmation-dialog-object"),
    "confirm.confirm": Limit(30, "d composition-objects/confirmation-dialog-object"),
    "confirm.deny": Limit(30, "d composition-objects/confirmation-dialog-object"),
    "overflow.options": Limit(5, "d block-elements/overflow-menu-element"),
    "select.options": Limit(100, "d block-elements/select-menu-element"),
    "select.option_groups": Limit(100, "d block-elements/select-menu-element"),
    "choices.options": Limit(10, "d block-elements/checkboxes-element, radio-button-group-element"),
    "option.text": Limit(75, "d composition-objects/option-object"),
    "option.value": Limit(150, "d composition-objects/option-object"),
    "option.description": Limit(75, "d composition-objects/option-object"),
    "option.url": Limit(3000, "d composition-objects/option-object"),
    "option_group.label": Limit(75, "d composition-objects/option-group-object"),
    "placeholder": Limit(150, "d block-elements"),
    "plain_text_input.max_length": Limit(3000, "d block-elements/plain-text-input-element"),
}

# Blocks by surface: "yes", "no", or "?" where sources disagree (3, where no page says so: d blocks).
SURFACES: dict[str, dict[str, str]] = {
    "plan": {"message": "yes", "modal": "no", "home": "no"},
    "task_card": {"message": "yes", "modal": "no", "home": "no"},
    "markdown": {"message": "yes", "modal": "no", "home": "no"},
    "context_actions": {"message": "yes", "modal": "no", "home": "no"},
    "card": {"message": "yes", "modal": "no", "home": "yes"},
    "carousel": {"message": "yes", "modal": "no", "home": "yes"},
    "container": {"message": "yes", "modal": "no", "home": "yes"},
    "table": {"message": "yes", "modal": "no", "home": "?"},
    "alert": {"message": "no", "modal": "yes", "home": "no"},
    "file": {"message": "?", "modal": "no", "home": "no"},
    "data_table": {"message": "yes", "modal": "no", "home": "no"},
    "data_visualization": {"message": "yes", "modal": "no", "home": "no"},
}
EVERYWHERE = ("section", "divider", "image", "actions", "context", "header", "input", "rich_text", "video")

SELECTS = tuple(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
PICKERS = ("datepicker", "timepicker")
CHOICES = ("checkboxes", "radio_buttons")
# (d) the "works with block types" of each page of block-elements
ELEMENTS: dict[str, tuple[str, ...]] = {
    "actions": ("button", "workflow_button", "overflow", "datetimepicker", *PICKERS, *CHOICES, *SELECTS),
    "accessory": ("button", "workflow_button", "overflow", "image", *PICKERS, *CHOICES, *SELECTS),
    "input": (
        "plain_text_input", "rich_text_input", "email_text_input", "url_text_input", "number_input",
        "file_input", "datetimepicker", *PICKERS, *CHOICES, *SELECTS,
    ),
    "context_actions": ("feedback_buttons", "icon_button"),
}  # fmt: skip
STATEFUL = (
    "plain_text_input", "rich_text_input", "email_text_input", "url_text_input", "number_input", "file_input",
    "datetimepicker", *PICKERS, *CHOICES, *SELECTS,
)  # fmt: skip
