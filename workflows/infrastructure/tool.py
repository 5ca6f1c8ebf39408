"""A stand-in for OpenTofu, with the commands, the options and the exit codes that the workflows use.

Its only resources are servers: the variables `servers` and `size` say how many there should be, and of which
size. `state.json` in the working folder has those that exist. It imports nothing beside the standard library.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

STATE = Path("state.json")
VARIABLES = Path("signoff.auto.tfvars.json")
DIFFERS = 2
"""Exit code of `plan -detailed-exitcode` if something would change."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tool")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("plan", "show", "apply"):
        command = commands.add_parser(name)
        command.add_argument("-input")
        command.add_argument("-json", action="store_true")
        command.add_argument("-detailed-exitcode", action="store_true")
        command.add_argument("-var", action="append", default=[])
        command.add_argument("-out", type=Path)
        command.add_argument("file", nargs="?", type=Path)
    given = parser.parse_args()
    if given.command == "plan":
        return plan(given.var, given.out)
    content = json.loads(given.file.read_text("utf-8"))
    if given.command == "show":
        print(json.dumps(content))
        return 0
    return apply(content)


def plan(variables: list[str], out: Path | None) -> int:
    kept = json.loads(VARIABLES.read_text("utf-8")) if VARIABLES.exists() else {}
    wanted = {"servers": 0, "size": "small", **kept, **dict(each.split("=", 1) for each in variables)}
    after = {f"server.{number}": {"size": wanted["size"]} for number in range(1, int(wanted["servers"]) + 1)}
    state = read_state()
    before = state["resources"]
    changes = [
        {"address": name, "change": change(before.get(name), after.get(name))}
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    if out is not None:
        out.write_text(json.dumps({"serial": state["serial"], "resource_changes": changes}), "utf-8")
    print(f"Plan: {len(changes)} to change.")
    return DIFFERS if changes else 0


def change(before: Any, after: Any) -> dict[str, Any]:
    action = "create" if before is None else "delete" if after is None else "update"
    return {"actions": [action], "before": before, "after": after}


def apply(content: dict[str, Any]) -> int:
    state = read_state()
    if state["serial"] != content["serial"]:
        print("Error: Saved plan is stale: the state has changed since.", file=sys.stderr)
        return 1
    for each in content["resource_changes"]:
        if each["change"]["after"] is None:
            del state["resources"][each["address"]]
        else:
            state["resources"][each["address"]] = each["change"]["after"]
        state["serial"] += 1
        write_state(state)
        print(f"{each['address']}: {each['change']['actions'][0]} complete", flush=True)
    return 0


def read_state() -> Any:
    return json.loads(STATE.read_text("utf-8")) if STATE.exists() else {"serial": 0, "resources": {}}


def write_state(state: Any) -> None:
    """Replace the file at once, so that a crash leaves the old state or the new one."""
    new = STATE.with_suffix(".new")
    new.write_text(json.dumps(state), "utf-8")
    os.replace(new, STATE)


if __name__ == "__main__":
    sys.exit(main())
