"""`signoff decide`: a person's decision on a request."""

from typing import Annotated

import typer

from bot.cli.connection import ask
from bot.cli.options import Data, Json, RequestId, check_user_id
from bot.cli.output import CommandError, Output

CHOICES = (
    "approve", "reject", "request_changes", "respond", "retry", "reroute", "accept", "skip", "abort",
    "revoke", "answer",
)  # fmt: skip
_REMEDIES = {
    "comment_required": ' Add --comment "…".',
    "form_required": " Add --set NAME=VALUE.",
    "confirm_required": ' Add --confirm "…".',
    "code_required": " Give it with --code.",
}


def decide(
    request: RequestId,
    choice: Annotated[str, typer.Argument(metavar="CHOICE", help=f"One of {', '.join(CHOICES)}.")],
    as_user: Annotated[
        str, typer.Option("--as", metavar="USER", help="Slack user id of the person who decides: U012AB3CD.")
    ],
    comment: Annotated[
        str, typer.Option("--comment", metavar="TEXT", help="The reason. Some choices need it.")
    ] = "",
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A field of the request's form. Repeat it for more fields. A list has commas between its "
            "values, and one that has a comma stands in double quotes.",
        ),
    ] = None,
    confirm: Annotated[
        str, typer.Option("--confirm", metavar="TEXT", help="The text to type, if the request asks for one.")
    ] = "",
    code: Annotated[
        str, typer.Option("--code", metavar="CODE", help="A one-time code, if the request asks for one.")
    ] = "",
    seen: Annotated[
        str,
        typer.Option(
            "--seen", metavar="CODE", help="The code that signoff show prints, if Slack lacks the full text."
        ),
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Decide an open request in the name of a person. Needs SIGNOFF_CLI_DECIDES=true."""
    if choice not in CHOICES:
        raise typer.BadParameter(f"{choice} is not a choice. Choose one of {', '.join(CHOICES)}.")
    check_user_id(as_user, "--as")
    value = _fields(assignments or [])
    result = ask(
        data, "decide", people=True, workflows=bool(value), request=request, choice=choice, comment=comment,
        as_user=as_user, value=value, typed=confirm, one_time_code=code, seen=seen,
    )  # fmt: skip
    output = Output(json)
    output.data(result)
    if not result["accepted"]:
        problems = [f"{field}: {problem}" for field, problem in result["problems"]]
        raise CommandError(result["text"] + _REMEDIES.get(result["code"], ""), *problems)
    output.line(result["text"])
    if result["request"]["outcome"]:
        output.line(f"signoff show {result['request']['run']}", style="dim")


def _fields(assignments: list[str]) -> dict[str, str] | None:
    """Return the fields by name; None if there are none, so that the proposed value is approved as it is."""
    for assignment in assignments:
        if "=" not in assignment:
            raise typer.BadParameter(f"--set {assignment} has no =. Write --set replicas=5.")
    fields = dict[str, str]()
    for assignment in assignments:
        name, _, value = assignment.partition("=")
        if name in fields:
            raise typer.BadParameter(
                f"--set {name} is given twice. Give all values of a list at once: --set '{name}=a, \"b, c\"'."
            )
        fields[name] = value
    return fields or None
