"""`python -m localslack`: the local Slack as a process of its own."""

import argparse
import asyncio
import logging
import signal
import sys
from pathlib import Path

from localslack.config import Config
from localslack.errors import StartError
from localslack.large import large_workspace
from localslack.server import Server, serve_until
from localslack.zones import machine_zone


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m localslack",
        description="A local Slack workspace in the browser, for trying and testing a bot. Loopback only.",
    )
    parser.add_argument(
        "--port", type=int, default=8030, help="port to listen on; 0 takes a free one (default 8030)"
    )
    parser.add_argument(
        "--data", type=Path, help="folder that keeps the workspace; without it, it ends with the process"
    )
    parser.add_argument(
        "--workspace", type=Path, help="YAML file with team, people, groups, channels and the app"
    )
    parser.add_argument("--manifest", type=Path, help="Slack app manifest; without it every scope is granted")
    parser.add_argument(
        "--rates", action="store_true", help="refuse calls beyond Slack's rate limits with 429"
    )
    parser.add_argument(
        "--large", action="store_true", help="5,000 people, 300 groups and 30,000 channels more"
    )
    parser.add_argument("--http-url", help="POST payloads to this address instead of using Socket Mode")
    return parser.parse_args()


def _announce(server: Server) -> None:
    print(f"Local Slack at {server.url}", flush=True)


async def _run(config: Config) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await serve_until(config, ended, _announce)


def main() -> int:
    """0 when ended by a signal, 2 when it could not start."""
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
    arguments = _arguments()
    try:
        workspace = large_workspace() if arguments.large else arguments.workspace
        config = Config(
            arguments.port,
            arguments.data,
            workspace,
            arguments.manifest,
            arguments.http_url,
            rates=arguments.rates,
            tz=machine_zone(),
        )
        asyncio.run(_run(config))
    except StartError as error:
        print(f"The local Slack can't start.\n{error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
