"""Writes the template for GitLab CI, which holds the script of the GitHub action.

Run `python -m scripts.ci_template` after a change of the script.
A job of another project cannot read files of this repository, so the template needs the script within.
"""

from pathlib import Path
from textwrap import indent

CI = Path(__file__).resolve().parent.parent / "deploy/ci"
_HEAD = """\
# Asks at a gate of Signoff and waits for the answer: docs/guides/ci.md says how to use it.
# Written by `python -m scripts.ci_template` from ask_signoff.py.
.signoff-ask:
  image: python:3.13-alpine
  variables:
    GIT_STRATEGY: none
    SIGNOFF_TIMEOUT_MINUTES: "60"
  script:
    - |
      exec python3 -I - <<'END_OF_SIGNOFF_SCRIPT'
"""


def template() -> str:
    script = (CI / "ask_signoff.py").read_text("utf-8")
    return _HEAD + indent(f"{script}END_OF_SIGNOFF_SCRIPT\n", " " * 6)


if __name__ == "__main__":
    (CI / "gitlab.yml").write_text(template(), "utf-8")
