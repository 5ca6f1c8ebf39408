"""Every limit: at it passes, over it is refused (or warned of, where the source is uncertain)."""

from typing import Any

import pytest

from localslack.blocks import check_message, check_view, complete
from localslack.blocks.limits import LIMITS

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def x(count: int) -> str:
    return "x" * count


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), **more}


def option(number: int = 0, **more: Any) -> Json:
    return {"text": plain(f"o{number}"), "value": f"v{number}", **more}


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def select(count: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", "options": options(count), **more}


def confirm(**more: Any) -> Json:
    return actions(button(confirm={"text": plain("Sure?"), **more}))


def question(**more: Any) -> Json:
    return {"type": "input", "label": plain("L"), "element": {"type": "plain_text_input"}, **more}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.test/a.png", "alt_text": "a", **more}


def url(count: int) -> str:
    return "https://e.test/".ljust(count, "x")


def table(rows: int, cells: int = 1, text: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * cells] * rows}


def container(**more: Any) -> Json:
    return {"type": "container", "title": plain("T"), "child_blocks": [{"type": "divider"}], **more}


def plan(count: int) -> Json:
    tasks = [{"task_id": f"t{n}", "title": "T", "status": "pending"} for n in range(count)]
    return {"type": "plan", "title": "P", "tasks": tasks}


def video(**more: Any) -> Json:
    fields = {"video_url": "https://e.test/v", "thumbnail_url": "https://e.test/t", "alt_text": "v"}
    return {"type": "video", "title": plain("V"), **fields, **more}


def card(**more: Any) -> Json:
    return {"type": "card", "title": plain("T"), **more}


def data_table(rows: int = 2, cells: int = 1, **more: Any) -> Json:
    return {**table(rows, cells), "type": "data_table", "caption": "T", **more}


def points(*labels: str) -> list[Json]:
    return [{"label": label, "value": 1} for label in labels]


def chart(**more: Any) -> Json:
    pie = {"type": "pie", "segments": points("a")}
    return {"type": "data_visualization", "title": "T", "chart": pie, **more}


def line_chart(labels: tuple[str, ...] = ("a",), names: tuple[str, ...] = ("s",), **axis: Any) -> Json:
    series = [{"name": name, "data": points(*labels)} for name in names]
    config = {"categories": list(labels), **axis}
    return chart(chart={"type": "line", "series": series, "axis_config": config})


def many(count: int) -> tuple[str, ...]:
    return tuple(f"l{number}" for number in range(count))


# rule -> the blocks of a message that reach it with n
IN_MESSAGES: dict[str, Any] = {
    "message.blocks": lambda n: [{"type": "divider"}] * n,
    "message.tables": lambda n: [table(1)] * n,
    "message.table.characters": lambda n: [table(1, 1, x(n))],
    "message.markdown": lambda n: [
        {"type": "markdown", "text": x(6000)},
        {"type": "markdown", "text": x(n - 6000)},
    ],
    "block_id": lambda n: [{"type": "divider", "block_id": x(n)}],
    "action_id": lambda n: [actions(button(action_id=x(n)))],
    "section.text": lambda n: [{"type": "section", "text": mrkdwn(x(n))}],
    "section.fields": lambda n: [{"type": "section", "fields": [mrkdwn("f")] * n}],
    "section.field": lambda n: [{"type": "section", "fields": [mrkdwn(x(n))]}],
    "header.text": lambda n: [{"type": "header", "text": plain(x(n))}],
    "context.elements": lambda n: [{"type": "context", "elements": [mrkdwn("c")] * n}],
    "context.text": lambda n: [{"type": "context", "elements": [mrkdwn(x(n))]}],
    "context_actions.elements": lambda n: [
        {
            "type": "context_actions",
            "elements": [{"type": "icon_button", "icon": "trash", "text": plain("D")}] * n,
        }
    ],
    "actions.elements": lambda n: [actions(*([button()] * n))],
    "input.label": lambda n: [question(label=plain(x(n)))],
    "input.hint": lambda n: [question(hint=plain(x(n)))],
    "image.url": lambda n: [image(image_url=url(n))],
    "image.alt_text": lambda n: [image(alt_text=x(n))],
    "image.title": lambda n: [image(title=plain(x(n)))],
    "table.rows": lambda n: [table(n)],
    "table.cells": lambda n: [table(1, n)],
    "table.column_settings": lambda n: [table(1) | {"column_settings": [{"align": "left"}] * n}],
    "data_table.rows": lambda n: [data_table(n)],
    "data_table.cells": lambda n: [data_table(2, n)],
    "data_table.caption": lambda n: [data_table(caption=x(n))],
    "message.charts": lambda n: [chart()] * n,
    "chart.title": lambda n: [chart(title=x(n))],
    "chart.label": lambda n: [line_chart((x(n),))],
    "chart.axis_label": lambda n: [line_chart(y_label=x(n))],
    "chart.series": lambda n: [line_chart(names=many(n))],
    "chart.segments": lambda n: [chart(chart={"type": "pie", "segments": points(*many(n))})],
    "chart.categories": lambda n: [line_chart(many(n))],
    "video.title": lambda n: [video(title=plain(x(n)))],
    "video.author_name": lambda n: [video(author_name=x(n))],
    "card.title": lambda n: [card(title=plain(x(n)))],
    "card.subtitle": lambda n: [card(subtitle=plain(x(n)))],
    "card.body": lambda n: [card(body=mrkdwn(x(n)))],
    "card.actions": lambda n: [card(actions=[button()] * n)],
    "carousel.elements": lambda n: [{"type": "carousel", "elements": [card()] * n}],
    "container.title": lambda n: [container(title=plain(x(n)))],
    "container.subtitle": lambda n: [container(subtitle=plain(x(n)))],
    "container.child_blocks": lambda n: [container(child_blocks=[{"type": "divider"}] * n)],
    "plan.tasks": lambda n: [plan(n)],
    "button.text": lambda n: [actions(button(text=plain(x(n))))],
    "button.value": lambda n: [actions(button(value=x(n)))],
    "button.url": lambda n: [actions(button(url=url(n)))],
    "button.accessibility_label": lambda n: [actions(button(accessibility_label=x(n)))],
    "confirm.title": lambda n: [confirm(title=plain(x(n)))],
    "confirm.text": lambda n: [confirm(text=plain(x(n)))],
    "confirm.confirm": lambda n: [confirm(confirm=plain(x(n)))],
    "confirm.deny": lambda n: [confirm(deny=plain(x(n)))],
    "overflow.options": lambda n: [actions({"type": "overflow", "options": options(n)})],
    "select.options": lambda n: [actions(select(n))],
    "select.option_groups": lambda n: [
        actions(
            {"type": "static_select", "option_groups": [{"label": plain("G"), "options": options(1)}] * n}
        )
    ],
    "option_group.label": lambda n: [
        actions({"type": "static_select", "option_groups": [{"label": plain(x(n)), "options": options(1)}]})
    ],
    "choices.options": lambda n: [actions({"type": "checkboxes", "options": options(n)})],
    "option.text": lambda n: [actions(select(options=[option(text=plain(x(n)))]))],
    "option.value": lambda n: [actions(select(options=[option(value=x(n))]))],
    "option.description": lambda n: [actions(select(options=[option(description=plain(x(n)))]))],
    "option.url": lambda n: [actions({"type": "overflow", "options": [option(url=url(n))]})],
    "placeholder": lambda n: [actions(select(placeholder=plain(x(n))))],
    "plain_text_input.max_length": lambda n: [
        question(element={"type": "plain_text_input", "initial_value": x(n)})
    ],
}


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain("M"), "blocks": [], **more}


IN_VIEWS: dict[str, Any] = {
    "view.blocks": lambda n: modal(blocks=[{"type": "divider"}] * n),
    "view.title": lambda n: modal(title=plain(x(n))),
    "view.submit": lambda n: modal(submit=plain(x(n))),
    "view.close": lambda n: modal(close=plain(x(n))),
    "view.private_metadata": lambda n: modal(private_metadata=x(n)),
    "view.callback_id": lambda n: modal(callback_id=x(n)),
    "view.external_id": lambda n: modal(external_id=x(n)),
    "alert.text": lambda n: modal(blocks=[{"type": "alert", "text": plain(x(n))}]),
}
APART = {"message.characters", "view.bytes"}


def test_every_limit_is_tried() -> None:
    assert set(IN_MESSAGES) | set(IN_VIEWS) | APART == set(LIMITS)


@pytest.mark.parametrize("rule", sorted(IN_MESSAGES))
def test_limit_of_a_message(rule: str) -> None:
    limit, make = LIMITS[rule], IN_MESSAGES[rule]
    at, over = check_message(make(limit.most)), check_message(make(limit.most + 1))
    assert (at.errors, at.warnings) == ([], [])
    assert (bool(over.errors), bool(over.warnings)) == (limit.sure, not limit.sure)


@pytest.mark.parametrize("rule", sorted(IN_VIEWS))
def test_limit_of_a_view(rule: str) -> None:
    limit, make = LIMITS[rule], IN_VIEWS[rule]
    at, over = check_view(make(limit.most), "modal"), check_view(make(limit.most + 1), "modal")
    assert (at.errors, at.warnings) == ([], [])
    assert (bool(over.errors), bool(over.warnings)) == (limit.sure, not limit.sure)


def test_the_texts_of_all_blocks_count_towards_one_limit() -> None:
    sections = [{"type": "section", "text": mrkdwn(x(3000))}] * 4
    assert not check_message([*sections, {"type": "section", "text": mrkdwn(x(1200))}]).too_long
    assert check_message([*sections, {"type": "section", "text": mrkdwn(x(1201))}]).too_long


def test_a_view_as_a_whole() -> None:
    blocks = [{"type": "section", "text": mrkdwn(x(2900))}] * 90
    found = check_view(modal(blocks=blocks), "modal")
    assert found.errors == []
    assert found.too_long
    assert not check_view(modal(blocks=blocks[:80]), "modal").too_long


REFUSED: dict[str, list[Any]] = {
    "unknown block": [{"type": "banner"}],
    "no block": ["text"],
    "mrkdwn in a header": [{"type": "header", "text": mrkdwn("h")}],
    "mrkdwn in a button": [actions(button(text=mrkdwn("b")))],
    "empty section": [{"type": "section"}],
    "empty text": [{"type": "section", "text": mrkdwn("")}],
    "no elements": [actions()],
    "same block_id": [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
    "same action_id": [actions(button(action_id="a"), button(action_id="a"))],
    "style": [actions(button(style="warning"))],
    "no alt_text": [{"type": "image", "image_url": "https://e.test/a.png"}],
    "no image": [{"type": "image", "alt_text": "a"}],
    "bad url": [actions(button(url="javascript"))],
    "input in actions": [actions({"type": "plain_text_input", "action_id": "p"})],
    "button as input": [question(element=button())],
    "no label": [{"type": "input", "element": {"type": "plain_text_input"}}],
    "empty cell": [table(1, 1, "")],
    "chart of no kind": [chart(chart={"type": "radar"})],
    "no chart": [chart(chart=None)],
    "no title of a chart": [chart(title="")],
    "empty slice": [chart(chart={"type": "pie", "segments": [{"label": "a", "value": 0}]})],
    "no axis": [chart(chart={"type": "bar", "series": [{"name": "s", "data": points("a")}]})],
    "same category": [line_chart(("a", "a"))],
    "same series": [line_chart(names=("s", "s"))],
    "a category without a point": [line_chart(categories=["a", "b"])],
    "a point with a text as its value": [
        chart(chart={"type": "pie", "segments": [{"label": "a", "value": "1"}]})
    ],
    "no caption": [data_table(caption="")],
    "only a header": [data_table(1)],
    "rows of several lengths": [data_table(rows=2) | {"rows": [*table(1)["rows"], *table(1, 2)["rows"]]}],
    "page of no rows": [data_table(page_size=0)],
    "rich header": [data_table() | {"rows": [[{"type": "rich_text", "elements": [{}]}], *table(1)["rows"]]}],
    "two tables of both kinds": [table(1), data_table()],
    "status of a task": [
        {"type": "plan", "title": "P", "tasks": [{"task_id": "a", "title": "T", "status": "done"}]}
    ],
    "text as details": [
        {"type": "plan", "title": "P", "tasks": [{"task_id": "a", "title": "T", "details": "x"}]}
    ],
    "same task_id": [{"type": "plan", "title": "P", "tasks": [{"task_id": "a", "title": "T"}] * 2}],
    "no plan title": [{"type": "plan", "tasks": []}],
    "empty card": [{"type": "card"}],
    "select without options": [actions({"type": "static_select"})],
    "both kinds of options": [actions(select(option_groups=[{"label": plain("G"), "options": options(1)}]))],
    "confirm without text": [actions(button(confirm={"title": plain("T")}))],
    "min over max": [question(element={"type": "plain_text_input", "min_length": 5, "max_length": 2})],
    "number_input": [question(element={"type": "number_input"})],
    "alert in a message": [{"type": "alert", "text": plain("a")}],
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_in_a_message(name: str) -> None:
    found = check_message(REFUSED[name])
    assert found.errors
    assert all(text.startswith("[ERROR] ") and "[json-pointer:/blocks" in text for text in found.errors)


SAMPLES: dict[str, Json] = {
    "plan": plan(1),
    "task_card": {"type": "task_card", "task_id": "a", "title": "T", "status": "complete"},
    "markdown": {"type": "markdown", "text": "# m"},
    "context_actions": {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": plain("D")}],
    },
    "card": card(),
    "carousel": {"type": "carousel", "elements": [card()]},
    "container": container(),
    "table": table(1),
    "data_table": data_table(),
    "data_visualization": chart(),
    "alert": {"type": "alert", "text": plain("a")},
    "section": {"type": "section", "text": mrkdwn("s")},
}
ALLOWED = {
    "plan": "message", "task_card": "message", "markdown": "message", "context_actions": "message",
    "card": "message home", "carousel": "message home", "container": "message home", "table": "message home?",
    "alert": "modal", "section": "message modal home", "data_table": "message",
    "data_visualization": "message",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(SAMPLES))
@pytest.mark.parametrize("surface", ["message", "modal", "home"])
def test_each_kind_of_block_is_allowed_on_its_surfaces_alone(kind: str, surface: str) -> None:
    if surface == "message":
        found = check_message([SAMPLES[kind]])
    else:
        found = check_view({"type": surface, "title": plain("T"), "blocks": [SAMPLES[kind]]}, surface)
    words = ALLOWED[kind].split()
    assert bool(found.errors) == (surface not in words and f"{surface}?" not in words)
    assert bool(found.warnings) == (f"{surface}?" in words)


def test_a_modal_with_inputs_needs_submit() -> None:
    assert check_view(modal(blocks=[question()]), "modal").errors
    assert not check_view(modal(blocks=[question()], submit=plain("Send")), "modal").errors
    assert not check_view({"type": "home", "blocks": [question()]}, "home").errors
    assert check_view(modal(), "home").errors


def test_an_undocumented_rule_warns_and_does_not_refuse() -> None:
    found = check_message([plan(1), SAMPLES["task_card"]])
    assert not found.errors
    assert found.warnings
    assert check_message([{"type": "file", "external_id": "x", "source": "remote"}]).warnings


def test_kept_blocks_have_ids() -> None:
    given = [actions(button()), {"type": "markdown", "text": "m", "block_id": "mine"}, container()]
    first, second, third = complete(given)
    assert first["block_id"]
    assert first["elements"][0]["action_id"]
    assert first["elements"][0]["text"] == {"type": "plain_text", "text": "Go", "emoji": True}
    assert "block_id" not in second
    assert third["child_blocks"][0]["block_id"]
    assert "block_id" not in given[0]


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def rich_line(text: str, kind: str = "rich_text_section") -> Json:
    return {"type": kind, "elements": [{"type": "text", "text": text}]}


@pytest.mark.parametrize(
    ("block", "errors"),
    [
        (
            rich(
                rich_line("*x*"), rich_line("x", "rich_text_preformatted"), rich_line("x", "rich_text_quote")
            ),
            0,
        ),
        (rich({"type": "rich_text_list", "elements": [rich_line("x")]}), 0),
        (rich(rich_line("")), 1),
        (rich({"type": "text", "text": "x"}), 1),
        (rich({"type": "rich_text_section"}), 1),
        ({"type": "section", "text": mrkdwn("x"), "expand": True}, 0),
        ({"type": "section", "text": mrkdwn("x"), "expand": "yes"}, 1),
    ],
)
def test_rich_text_and_expand_are_checked(block: Json, errors: int) -> None:
    assert len(check_message([block]).errors) == errors
