"""The open modals of each person: a stack of at most three views."""

from localslack.workspace.records import View

MAX_STACK = 3  # (d) surfaces/modals: up to 3 views at once


class Modals:
    """Stacks by person, the top last."""

    def __init__(self) -> None:
        self._stacks: dict[str, list[View]] = {}

    def stack(self, user: str) -> list[View]:
        return list(self._stacks.get(user, []))

    def find(self, view_id: str = "", external_id: str = "") -> View | None:
        views = (view for stack in self._stacks.values() for view in stack)
        if view_id:
            return next((view for view in views if view.id == view_id), None)
        return next((view for view in views if external_id and view.external_id == external_id), None)

    def push(self, view: View) -> None:
        stack = self._stacks.setdefault(view.user, [])
        view.previous = stack[-1].id if stack else None
        view.root = stack[0].id if stack else view.id
        stack.append(view)

    def pop(self, view: View) -> None:
        """Close one view, and what lies on it."""
        stack = self._stacks.get(view.user, [])
        if view in stack:
            del stack[stack.index(view) :]

    def clear(self, user: str) -> list[View]:
        """Close everything a person has open."""
        return self._stacks.pop(user, [])

    def depth(self, view: View) -> int:
        stack = self._stacks.get(view.user, [])
        return stack.index(view) + 1 if view in stack else 1
