"""Planted bugs in the local Slack."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a chart without a point for each category is taken",
        "localslack/blocks/data.py",
        "if sorted(map(str, labels)) != sorted(map(str, categories)):",
        "if len(labels) > len(categories):",
        ("tests/localslack/test_blocks.py",),
    ),
    Mutant(
        "numbers of a table are sorted as text",
        "localslack/page/blocks/datatable.js",
        'if (a?.type === "raw_number" && b?.type === "raw_number") return a.value - b.value;',
        "if (a?.value) return a.value < b.value ? 1 : -1;",
        ("tests/localslack/test_data_blocks.py",),
    ),
    Mutant(
        "a rebound name reaches the local Slack",
        "localslack/server.py",
        'if host not in (f"{HOST}:{_port(request)}", f"localhost:{_port(request)}"):',
        "if not host:",
        ("tests/localslack/test_other_sites.py",),
    ),
    Mutant(
        "another site's page acts in the local Slack",
        "localslack/server.py",
        'if origin not in (None, f"http://{host}") or (elsewhere and not followed):',
        "if False:",
        ("tests/localslack/test_other_sites.py",),
    ),
    Mutant(
        "JSON nested too deeply is a fault of the local Slack",
        "localslack/bodies.py",
        "    except RecursionError:\n",
        "    except NotImplementedError:\n",
        ("tests/localslack/test_random_requests.py",),
    ),
    Mutant(
        "a request without a host is logged with a traceback",
        "localslack/bodies.py",
        "        logger.addFilter(_WithoutCallers())\n",
        "        pass\n",
        ("tests/localslack/test_broken_requests.py",),
    ),
    Mutant(
        "the local Slack takes half of a character, which nothing can keep",
        "localslack/bodies.py",
        "    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()\n",
        "",
        ("tests/localslack/test_broken_requests.py",),
    ),
    Mutant(
        "an acknowledgment with an odd envelope ends the connection of the app",
        "localslack/delivery/socket.py",
        "if isinstance(key, str) else None",
        "if key is not None else None",
        ("tests/localslack/test_broken_requests.py",),
    ),
    Mutant(
        "an odd type of a block is a fault of the local Slack",
        "localslack/blocks/layout.py",
        '    kind = str(block.get("type"))\n',
        '    kind = block.get("type", "")\n',
        ("tests/localslack/test_odd_values.py",),
    ),
    Mutant(
        "time that is moved on in the demo wakes nobody",
        "bot/demo_clock.py",
        "        awaited.set()\n",
        "",
        ("tests/bot/test_demo_clock.py::test_sleepers_wake_when_time_is_moved_on",),
    ),
    Mutant(
        "a demo that is started again goes back in time",
        "bot/demo.py",
        "    clock.listeners.append(keep)\n",
        "",
        ("tests/bot/test_demo_clock.py",),
    ),
    Mutant(
        "a new group is told to no page",
        "localslack/membership.py",
        '"group", lambda viewer: True,',
        '"group", lambda viewer: False,',
        ("tests/localslack/test_control.py",),
    ),
    Mutant(
        "the log of calls does not say why one was refused",
        "localslack/faults.py",
        '"detail": _detail(body),',
        '"detail": None,',
        ("tests/localslack/test_control.py",),
    ),
    Mutant(
        "a link of another site acts in the local Slack",
        "localslack/server.py",
        '== "navigate" and is_page(request)',
        '== "navigate" and request.method == "GET"',
        ("tests/localslack/test_other_sites.py",),
    ),
]
