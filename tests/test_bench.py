"""Benches of commands still ask what the commands answer."""

from bench import command_line
from bench.peer import Peer


async def test_each_measured_command_succeeds() -> None:
    figures = await command_line.measure(Peer.none(), tries=1)
    assert len(figures) == 5
