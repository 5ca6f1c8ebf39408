"""Where the readings of each machine are: the operator says so, and an input only names the machine."""

from collections.abc import Mapping

from signoff import Fatal

FIRST = "machine-1"
"""Its source is `MACHINE_READINGS`; without that its readings are made up."""


def source_of(machine: str, environment: Mapping[str, str]) -> str:
    """A path or an address; empty for readings that are made up. Raises `Fatal` for an unknown machine.

    `MACHINE_SOURCES=pump-07=/data/pump.csv,fan-21=https://plant.example/fan` names further machines.
    """
    known = {FIRST: environment.get("MACHINE_READINGS", "").strip()}
    for one in environment.get("MACHINE_SOURCES", "").split(","):
        name, found, place = one.partition("=")
        if found:
            known[name.strip()] = place.strip()
    if machine not in known:
        raise Fatal(
            f"There is no machine {machine!r}. Choose {' or '.join(known)}. "
            "The operator adds machines, each with the file or address of its readings, to MACHINE_SOURCES."
        )
    return known[machine]
