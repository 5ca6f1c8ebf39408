"""Planted bugs in the local Slack."""

from scripts.planted.mutant import Mutant

MUTANTS = [
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
]
