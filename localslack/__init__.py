"""A local Slack workspace for trying and testing a bot: Web API, Socket Mode, signed HTTP and a page."""

from localslack.clock import Clock, ManualClock, MovableClock, SystemClock
from localslack.config import Config
from localslack.errors import StartError
from localslack.server import Server, start

__all__ = ["Clock", "Config", "ManualClock", "MovableClock", "Server", "StartError", "SystemClock", "start"]
