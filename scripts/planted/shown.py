"""Planted bugs about what people read: values, names, addresses, and text from outside on a terminal."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a reason of invisible signs is a reason",
        "engine/model/visible_text.py",
        'return "" if is_blank(text) else without_surrogates(text).strip()',
        "return without_surrogates(text).strip()",
        ("tests/engine/test_unseen.py",),
    ),
    Mutant(
        "an approval is opened whose text to type cannot be seen",
        "engine/kernel/request_factory.py",
        "[], {}) or is_blank(str(value)):",
        "[], {}):",
        ("tests/engine/test_unseen.py",),
    ),
    Mutant(
        "a line break from outside begins a line on the terminal",
        "bot/cli/output.py",
        "    line = printed(line_in.plain)\n",
        "    line = line_in.plain\n",
        ("tests/bot/test_terminal.py",),
    ),
    Mutant(
        "a line break from outside begins a record of the log",
        "bot/cli/serving.py",
        "return printed(super().formatMessage(record))",
        "return super().formatMessage(record)",
        ("tests/bot/test_terminal.py",),
    ),
    Mutant(
        "JSON on a terminal holds control characters",
        "bot/cli/output.py",
        "print(printed_json(value))",
        "print(__import__('json').dumps(value, ensure_ascii=False))",
        ("tests/bot/test_terminal.py",),
    ),
    Mutant(
        "a line is a command to a build server",
        "bot/terminal.py",
        "if not start.startswith(_COMMANDS):",
        "if start:",
        ("tests/bot/test_terminal.py",),
    ),
    Mutant(
        "a value in a question is taken for the author's words",
        "engine/model/wording.py",
        "return value if _TOKEN.fullmatch(value) else",
        "return value if value else",
        ("tests/engine/test_template.py",),
    ),
    Mutant(
        "a value ends its own quotes",
        "engine/model/wording.py",
        "return _QUOTES.sub(_escape, quoted(text))",
        "return quoted(text)",
        ("tests/engine/test_template.py",),
    ),
    Mutant(
        "a long value pushes the end out of a question",
        "bot/views/text.py",
        "    last = kept // 3\n",
        "    last = 0\n",
        ("tests/bot/views/test_visible_words.py",),
    ),
    Mutant(
        "a Cyrillic letter passes for a Latin one",
        "bot/views/visible.py",
        " or number in alike else",
        " else",
        ("tests/bot/views/test_visible_words.py",),
    ),
    Mutant(
        "two people of one name are shown alike",
        "bot/slack/directory.py",
        'return f"{display} (@{handle})" if',
        "return display if",
        ("tests/bot/views/test_identities.py",),
    ),
    Mutant(
        "an address hides its host",
        "bot/views/display.py",
        "if plain and _HOST.fullmatch(parts.netloc) else",
        "if plain else",
        ("tests/bot/views/test_identities.py",),
    ),
    Mutant(
        "a small capital passes for a letter",
        "bot/views/lookalikes.py",
        '    if "LETTER SMALL CAPITAL" in unicodedata.name(character, ""):\n',
        "    if False:\n",
        ("tests/bot/views/test_visible_words.py",),
    ),
    Mutant(
        "a mark that encloses a letter is not seen",
        "bot/views/visible.py",
        'unicodedata.category(character) == "Me" or ',
        "",
        ("tests/bot/views/test_visible_words.py",),
    ),
]
