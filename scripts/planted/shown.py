"""Planted bugs about what people read: values, names, addresses, and text from outside on a terminal."""

from scripts.planted.mutant import Mutant

MUTANTS = [
    Mutant(
        "a reason of invisible signs is a reason",
        "engine/unseen.py",
        'return "" if is_blank(text) else whole(text).strip()',
        "return whole(text).strip()",
        ("tests/engine/test_unseen.py",),
    ),
    Mutant(
        "an approval is opened whose text to type cannot be seen",
        "engine/requests.py",
        "[], {}) or is_blank(str(value)):",
        "[], {}):",
        ("tests/engine/test_unseen.py",),
    ),
]
