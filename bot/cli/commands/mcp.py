"""`signoff mcp`: approvals for AI agents."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import heavy
from bot.cli.gate_token import read_token
from bot.cli.options import Url, duration_seconds, new_group
from bot.cli.output import CommandError

mcp = new_group(
    "mcp",
    "Serve AI agents over MCP on standard input and output.\n\nThe token is in SIGNOFF_TOKEN. The tools are "
    "request_approval and check_approval. The MCP SDK is optional: make mcp installs it.",
)
_NOT_INSTALLED = "The MCP SDK, release 2, is not installed. make mcp installs it."


@mcp.callback(invoke_without_command=True)
def serve(context: typer.Context, url: Url = "http://127.0.0.1:3000") -> None:
    if context.invoked_subcommand is not None:
        if getattr(context.get_parameter_source("url"), "name", "") == "COMMANDLINE":
            raise typer.BadParameter(f"Write --url after {context.invoked_subcommand}.")
        return
    token = read_token()
    try:
        serve_agents = heavy.serve_agents
    except ImportError:
        raise CommandError(_NOT_INSTALLED) from None
    serve_agents(url, token)


@mcp.command()
def proxy(
    gate: Annotated[str, typer.Option("--gate", metavar="NAME", help="The gate at which people are asked.")],
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND...", help="The MCP server and its arguments, after --."),
    ] = None,
    server: Annotated[
        str,
        typer.Option(
            "--server", metavar="URL", help="A remote MCP server (Streamable HTTP), instead of COMMAND."
        ),
    ] = "",
    header_secret: Annotated[
        list[str] | None,
        typer.Option(
            "--header-secret",
            metavar="HEADER=NAME",
            help='A header for the remote server, with the name of its secret, or "WORD NAME". Repeatable.',
        ),
    ] = None,
    private: Annotated[
        bool,
        typer.Option("--private", help="The remote server may be inside this machine's networks."),
    ] = False,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="The rules, as YAML. Default: ask for every call."),
    ] = None,
    name: Annotated[
        str,
        typer.Option(
            "--name", metavar="NAME", help="The server as approvers read it. Default: its program or address."
        ),
    ] = "",
    session: Annotated[
        str,
        typer.Option(
            "--session", metavar="NAME", help="Keeps the approvals of agents with the same token apart."
        ),
    ] = "",
    wait: Annotated[
        str,
        typer.Option(
            "--wait",
            metavar="DURATION",
            help="The time after which an agent is told that nobody has decided yet.",
        ),
    ] = "25s",
    url: Url = "http://127.0.0.1:3000",
) -> int:
    """Let an agent call the tools of an MCP server as rules and people allow.

    The token is in SIGNOFF_TOKEN. The server does not get it.
    """
    if heavy.redacted(name) != name:
        raise typer.BadParameter("--name has a credential in it, and people read it. Name the server alone.")
    if bool(command) == bool(server):
        raise typer.BadParameter("Give the MCP server as COMMAND after --, or its address with --server.")
    if not server and (header_secret or private):
        raise typer.BadParameter("--header-secret and --private are for a remote server. Give --server.")
    client = heavy.Client(url, read_token())
    try:
        settings, run = heavy.ProxySettings, heavy.run_proxy
        remote = heavy.remote_settings(server, header_secret or (), private) if server else None
    except ImportError:
        raise CommandError(_NOT_INSTALLED) from None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    read = heavy.tool_rules_of_file(rules) if rules is not None else heavy.ToolRules()
    seconds = duration_seconds("--wait", wait)
    try:
        return run(settings(tuple(command or ()), read, gate, name, session, seconds, remote), client)
    except OSError as error:
        started = (command or [server])[0]
        raise CommandError(f"{started} cannot be started ({error.strerror}). Check COMMAND.") from None
