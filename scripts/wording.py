"""Find idioms that the rules for prose forbid: `python -m scripts.wording PATH...` lists them.

Prose is Markdown and other text files, and in Python: comments, strings, docstrings and names of tests.
Names and other code are never matched.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TEXT_FILES = {".md", ".html", ".js", ".css", ".yaml", ".yml", ".toml", ".sh", ".mako", ""}
RECORDED = ("tests/upgrades/early", "engine/migrations/versions/", "LICENSE", ".ci/")
"""Files that stay as they were released, or were written elsewhere."""
OWN = ("scripts/wording.py", "tests/test_wording.py")

_BE = r"\b(?:is|are|was|were)"
IDIOMS: list[tuple[str, str]] = [
    (
        rf"(?<!\b[Tt]here ){_BE} no (?!longer\b|more\b|less\b|fewer\b|later\b|earlier\b)",
        "is not a …, or: … is missing",
    ),
    (rf"(?<!\b[Tt]here ){_BE} none\b(?! of\b| and \")", "is not one, is missing"),
    (rf"{_BE} not right\b", "is invalid: say what is wrong"),
    (rf"{_BE} not there\b", "is missing, does not exist"),
    (r"\b[Mm]end(?:s|ed|ing)?\b", "fix"),
    (r"\banew\b", "again, or: new"),
    (r"\bfor ever\b", "forever"),
    (r"\b[Ww]ho(?:m|so)?ever\b", "name the actor: the requester, an approver, anyone who …"),
    (r"\b[Gg]rave(?:r|st|ly)?\b", "high-risk, serious"),
    (r"\b[Nn]obody\b[^.!?]*\bnor\b", "two short sentences, each with its actor"),
    (
        r"\b(?:stands?|stood|lies|typed|said|goes on|nothing|steps?|tasks?|those|events|code) behind\b",
        "after, or: that depend on",
    ),
    (r"\bhim who\b|\bhe who\b|\bthem who\b", "name the actor"),
    (r"\b[Ii]s it well\b|\b(?:is|all) well\b", "healthy, in order"),
]
SPELLINGS: list[tuple[str, str]] = [
    (r"\b(?:armo|behavio|colo|endeavo|favo|flavo|harbo|hono|humo|labo|neighbo|rumo|vapo)ur", "-or"),
    (
        r"\b(?:apolog|author|capital|categor|character|critic|custom|emphas|final|formal|general|initial|local"
        r"|material|maxim|memor|minim|modern|normal|optim|organ|penal|popular|prior|random|real|recogn|sanit"
        r"|serial|special|stabil|standard|summar|symbol|synchron|token|util|visual)is(?:e[ds]?|ing|ations?|ers?)\b",
        "-ize, -ization",
    ),
    (r"\banalys(?:ed?|ing|er)\b", "analyze"),
    (r"(?:label|level|model|signal|total|travel)l(?:ed|ing|ers?)\b", "one l, as in labeled"),
    (r"\b(?:defen|offen|licen|preten)ces?\b", "-se"),
    (r"\b(?:cent|fib|lit|met|theat)re[ds]?\b", "-er"),
    (r"\b(?:acknowledge|judge)ments?\b", "acknowledgment, judgment"),
    (r"(?<!code )\benrols? (?=[a-z])|\benrolments?\b|\bfulfils?\b|\binstalments?\b", "two l: enroll"),
    (r"\bgrey\b(?!\()", "gray"),
    (r"\b(?:mis)?spelt\b|\blearnt\b|\bburnt\b", "-ed, as in misspelled"),
    (
        r"\bartefacts?\b|\bcatalogues?\b|\bprogrammes?\b|\bpractis(?:e[ds]?|ing)\b",
        "artifact, catalog, program, practice",
    ),
    (r"\bwhilst\b|\bamongst\b", "while, among"),
]
"""British spellings. `cancelled` stays: it is the name of a state, and `signoff code enrol` of a command."""
IDIOMS += [(f"(?i:{pattern})", f"American spelling: {remedy}") for pattern, remedy in SPELLINGS]
STARTS: list[tuple[str, str]] = [
    (r"(?:What|Whether|Who|Whom|Whose|As the|As of|Of a|Of the|Behind) ", "start with a verb or a noun"),
]
"""Of docstrings alone, which start with a verb or with the noun that the thing is."""


_ANY_IDIOM = re.compile("|".join(f"(?:{pattern})" for pattern, _ in IDIOMS))
"""One search for all, since few passages have one."""


class Finding(NamedTuple):
    path: str
    line: int
    text: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text!r}. Write: {self.remedy}."


class Passage(NamedTuple):
    line: int
    text: str
    docstring: bool = False


def findings(path: str, text: str) -> list[Finding]:
    """Return every idiom in the prose of one file."""
    passages = python_passages(text) if path.endswith(".py") else [Passage(1, text)]
    return sorted({finding for passage in passages for finding in _in_passage(path, passage)})


def _in_passage(path: str, passage: Passage) -> Iterator[Finding]:
    line = " ".join(passage.text.split())
    for pattern, remedy in IDIOMS if _ANY_IDIOM.search(line) else ():
        for match in re.finditer(pattern, line):
            starts = [word.start() for word in re.finditer(r"\S+", passage.text)]
            start = starts[line.count(" ", 0, match.start())]
            yield Finding(
                path,
                passage.line + passage.text.count("\n", 0, start),
                line[max(0, match.start() - 25) : match.end() + 25],
                remedy,
            )
    for opening, remedy in STARTS if passage.docstring else ():
        if re.match(opening, line):
            yield Finding(path, passage.line, line[:60], remedy)


def python_passages(source: str) -> Iterator[Passage]:
    """Return the comments, strings, docstrings and names of tests of a module."""
    nodes = list(ast.walk(ast.parse(source)))
    docstrings = {id(node) for node in _docstrings(nodes)}
    parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            texts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield Passage(node.lineno, "".join(map(str, texts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield Passage(node.lineno, node.value, id(node) in docstrings)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield Passage(node.lineno, node.name.replace("_", " "))
    for number, line in enumerate(source.splitlines(), 1):
        if "#" in line:  # in a string, it is prose all the same
            yield Passage(number, line[line.index("#") :])


def _docstrings(nodes: Iterable[ast.AST]) -> Iterator[ast.Constant]:
    """Return the texts that stand as statements: docstrings, and those under attributes and constants."""
    for node in nodes:
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else ():
            value = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value


def prose_files() -> list[str]:
    """Return the files in version control that contain prose; none where this is not a clone."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return [
        name
        for name in listed.stdout.split("\0")
        if (name.endswith(".py") or Path(name).suffix in TEXT_FILES)
        and not name.startswith((*RECORDED, *OWN))
        and (ROOT / name).is_file()
    ]


def findings_in_tree(names: list[str]) -> dict[str, list[Finding]]:
    found = {name: findings(name, (ROOT / name).read_text("utf-8")) for name in names}
    return {name: list_of for name, list_of in found.items() if list_of}


def main(paths: list[str]) -> int:
    chosen = [name for name in prose_files() if not paths or name.startswith(tuple(paths))]
    by_file = findings_in_tree(chosen)
    for of_file in by_file.values():
        print(*of_file, sep="\n")
    return 1 if by_file else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
