"""Count the Socket Mode connections that Slack has registered and Signoff does not hold.

Slack hands each click to one registered connection and never repeats it. A connection that died without a
goodbye stays registered for some hours, so the clicks that it gets are lost. `hello` says how many there are.
"""

from dataclasses import dataclass

WANTED = 2
"""Connections to hold: while Slack renews one of them, the other one takes the clicks."""
MAX_CONNECTIONS = 9
"""Connections to be registered in all while some are dead. Slack allows ten; one stays free for a restart."""
SLACK_CONNECTION_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Registrations:
    """Counts at the newest `hello`. `counted`: by Slack; `held`: by us at that moment.

    `siblings`: those that other processes of Signoff on the same database held at that moment.
    """

    counted: int = 0
    held: int = 0
    siblings: int = 0

    @property
    def others(self) -> int:
        return max(self.counted - self.held - self.siblings, 0)

    @property
    def wanted(self) -> int:
        """How many connections to hold: the more of them are ours, the fewer clicks are lost."""
        if not self.others:
            return WANTED
        return max(min(max(MAX_CONNECTIONS - self.others, WANTED), SLACK_CONNECTION_LIMIT - self.others), 1)

    @property
    def problem(self) -> str:
        """Problem to tell the operator; empty when every registered connection is ours."""
        if not self.others:
            return ""
        ours = self.held + self.siblings
        total = self.others + ours
        return (
            f"Slack counts {total} Socket Mode connections of this app and Signoff holds {ours} of "
            f"them, so about {round(100 * self.others / total)} of 100 clicks and commands are lost: Slack "
            "sends each to one connection and does not repeat it. Click again if a message does not "
            "change. The others are dead connections, which Slack drops within about five hours, or another "
            "process with the same SLACK_APP_TOKEN, which must be stopped. Turning Socket Mode "
            "off and on again on the app's page should end them all at once."
        )


def registered(num_connections: object, held: int, siblings: int = 0) -> Registrations:
    """Read a `hello`; a number that cannot be true says nothing."""
    known = isinstance(num_connections, int) and not isinstance(num_connections, bool)
    counted = num_connections if known and isinstance(num_connections, int) else held
    return Registrations(min(max(counted, held), SLACK_CONNECTION_LIMIT + held), held, siblings)


def refused(held: int, siblings: int = 0) -> Registrations:
    """Slack takes no further connection: all ten are registered."""
    return Registrations(SLACK_CONNECTION_LIMIT, min(held, SLACK_CONNECTION_LIMIT), siblings)
