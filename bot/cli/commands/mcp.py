"""`signoff mcp`: approvals for AI agents."""

from bot.cli import heavy
from bot.cli.gate_token import read_token
from bot.cli.options import Url
from bot.cli.output import CommandError


def mcp(url: Url = "http://127.0.0.1:3000") -> None:
    """Serve AI agents over MCP on standard input and output.

    The token is in SIGNOFF_TOKEN. The tools are request_approval and check_approval.
    The MCP SDK is optional: make mcp installs it.
    """
    token = read_token()
    try:
        serve_agents = heavy.serve_agents
    except ImportError:
        raise CommandError("The MCP SDK, release 2, is not installed. make mcp installs it.") from None
    serve_agents(url, token)
