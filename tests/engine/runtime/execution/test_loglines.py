"""The log of an attempt: its last lines, without credentials, whatever a step logs."""

import pytest

from engine.runtime.execution.step_log import LogLines

BODY = ["MIIEowIBAAKCAQEAq7Q7", "abc/+=Q7"]
BEGIN, END = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"


def shown(*lines: str) -> list[str]:
    log = LogLines()
    for line in lines:
        log(line)
    return log.lines()


def test_the_last_lines_are_kept_in_their_order() -> None:
    assert shown(*map(str, range(1000))) == [str(number) for number in range(800, 1000)]


@pytest.mark.parametrize(
    "lines",
    [
        [BEGIN, *BODY, END],
        [BEGIN, "Proc-Type: 4,ENCRYPTED", *BODY, END],
        [BEGIN, *BODY],
        ["\n".join([BEGIN, BODY[0]]), BODY[1], END],
        [*BODY, END],
    ],
)
def test_a_private_key_logged_line_by_line_is_hidden(lines: list[str]) -> None:
    found = shown("before", *lines, "after it")
    assert "Q7" not in "".join(found)
    assert len(found) == len(lines) + 2
    assert (found[0], found[-1]) == ("before", "after it")


def test_lines_after_the_end_of_a_key_stay() -> None:
    assert shown(BEGIN, *BODY, END, "done")[-1] == "done"


def test_a_line_is_cut_after_its_credentials_are_hidden() -> None:
    line = shown("x" * 960 + " https://bob:Q7pa55" + "w" * 100 + "@host/")[0]
    assert line.endswith("https://[hidden]@host/")
    assert "Q7" not in line


def test_a_long_log_is_made_fit_for_people_beside_the_loop() -> None:
    log = LogLines()
    log("a word")
    assert not log.heavy
    for _ in range(100):
        log("x" * 1_000_000)
    assert log.heavy
    assert {len(line) for line in log.lines()} == {6, 1000}
