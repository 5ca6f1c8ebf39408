"""A small MCP server: it writes each call that it gets to the file in its first argument.

Its tools: read_note, drop_table and hang, which answers when the file in its second argument exists.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

LOG, GO = Path(sys.argv[1]), Path(sys.argv[2])
STARTED_BY = os.getppid()
ODD = json.loads(sys.argv[3]) if len(sys.argv) > 3 else []
PROPERTIES = {"name": {"type": "string"}, "count": {"type": "number"}, "note": {"type": "string"}}
SCHEMA = {"type": "object", "properties": PROPERTIES, "required": ["name"], "additionalProperties": False}
TOOLS = [{"name": name, "inputSchema": SCHEMA} for name in ("read_note", "drop_table", "hang", *ODD)]


def result_of(message: dict[str, Any]) -> dict[str, Any]:
    match message["method"]:
        case "initialize":
            return {
                "protocolVersion": message["params"]["protocolVersion"],
                "capabilities": {"tools": {"listChanged": True}},
                "serverInfo": {"name": "tools", "version": "1"},
            }
        case "tools/list":
            return {"tools": TOOLS}
        case "tools/call":
            params = message["params"]
            with LOG.open("a") as log:
                permit = params.get("_meta", {}).get("signoff/permit", "")
                LOG.with_suffix(".permits").open("a").write(f"{permit}\n")
                log.write(
                    json.dumps([params["name"], params["arguments"], "SIGNOFF_TOKEN" in os.environ]) + "\n"
                )
            # A killed proxy leaves it behind: it ends then.
            while params["name"] == "hang" and not GO.exists() and os.getppid() == STARTED_BY:
                time.sleep(0.02)
            return {"content": [{"type": "text", "text": f"done {params['name']}"}]}
    return {}


for line in sys.stdin:
    received = json.loads(line)
    if "id" in received and "method" in received:
        answer = {"jsonrpc": "2.0", "id": received["id"], "result": result_of(received)}
        print(json.dumps(answer), flush=True)
