"""A step is found by its name and by the title that messages show."""

import pytest

from engine import NotPossible, step_called

TITLES = {"build": "build", "check": "test", "go_live": "go-live", "test": "smoke test"}


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        ("build", "build"),
        ("Build", "build"),
        ("go_live", "go_live"),
        ("go-live", "go_live"),
        ("Go live", "go_live"),
        ("smoke-test", "test"),
        ("check", "check"),
        ("test", "test"),
    ],
)
def test_a_step_is_called_by_its_name_before_the_title_of_another(typed: str, step: str) -> None:
    assert step_called(TITLES, typed, "deploy-6ffe") == step


def test_an_unknown_step_names_the_nearest_title_or_all() -> None:
    with pytest.raises(NotPossible, match=r"^deploy-6ffe has no step biuld\. Did you mean build\?$"):
        step_called(TITLES, "biuld", "deploy-6ffe")
    with pytest.raises(NotPossible, match=r"no step qqq\. Its steps are build, test, go-live, smoke test\.$"):
        step_called(TITLES, "qqq", "deploy-6ffe")


def test_many_steps_and_long_names_are_shortened() -> None:
    many = {f"{number:03}": f"{number:03}" for number in range(100)}
    with pytest.raises(NotPossible, match=r"029, 70 more\.$") as refused:
        step_called(many, "y" * 3000, "wide-6ffe")
    assert len(str(refused.value)) < 400
