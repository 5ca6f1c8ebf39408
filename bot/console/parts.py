"""Settings, readers and parts that every page of the console works with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo

from pydantic import SecretStr

from bot.console.wording import Wording
from bot.http.spent import Spent
from bot.slack.display_names import NameDirectory, names_in
from bot.views.message import MENTIONED, Names
from engine import Actor, Clock, Engine, RequestRecord, RunDetail, VisibleRuns

PATH = "/console"
RELAYED = "X-Signoff-Relayed"
"""Header of a request that another process took, so that it does not come from this machine."""


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """`mode`: `on` or `open`. `url`: without a path, where people reach the web application.

    `client_id`, `client_secret`: for Sign in with Slack. `slack_url`: of the Web API.
    """

    mode: str = "on"
    url: str | None = None
    client_id: str = ""
    client_secret: SecretStr | None = None
    slack_url: str = "https://slack.com/api/"

    @property
    def by_slack(self) -> bool:
        """Return whether people can sign in with Slack."""
        return bool(self.client_id and self.client_secret)

    @property
    def slack_origin(self) -> str:
        """The address of Slack's pages, which is the issuer of its identities too."""
        return self.slack_url.removesuffix("/").removesuffix("/api")


@dataclass(frozen=True, slots=True)
class Reader:
    """The person who reads a page. `seen`: the runs that they may see. `everything`: it is the operator."""

    seen: VisibleRuns
    label: str
    everything: bool
    user: str = ""
    zone: tzinfo = UTC
    signed_in: bool = True


@dataclass(frozen=True, slots=True)
class Parts:
    """`book`: gives the names of people; None while Slack is out of reach. `team`: id of the workspace.

    `spent`: keeps sessions that ended; None: this process alone, until it ends.
    """

    engine: Engine
    clock: Clock
    settings: ConsoleSettings
    book: Callable[[], NameDirectory | None]
    team: Callable[[], str | None] = lambda: None
    spent: Spent | None = None

    async def names(self, *subjects: RunDetail | RequestRecord | Actor | str) -> Names:
        """Return the names of everybody whom these name, as far as Slack says them."""
        book = self.book()
        return MENTIONED if book is None else await names_in(book, *subjects)

    async def wording(self, reader: Reader, *subjects: RunDetail | RequestRecord | Actor | str) -> Wording:
        return Wording(self.clock.now(), reader.zone, await self.names(*subjects), reader.everything)
