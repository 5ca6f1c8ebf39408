"""File descriptors that a step has used up are not a problem of the keys."""

import resource
from pathlib import Path

from engine.audit.keys import Keyring


def test_keys_are_not_blamed_when_no_file_can_be_opened(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    seal = keyring.sealing()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        problem = keyring.problem(seal.id)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert problem.startswith("The keys cannot be checked: Too many open files. A step")
    assert "Put the folder" not in problem
    assert keyring.problem(seal.id) == ""
