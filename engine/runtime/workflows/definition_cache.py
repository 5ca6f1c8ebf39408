"""Stored definitions that runs are planned with."""

from engine.model.definition.graph import Graph
from engine.model.definition.spec import Definition
from engine.store.queries import removed
from engine.store.store import Store


class DefinitionCache:
    """Stored definitions and code digests, each read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._graphs: dict[str, tuple[Definition, Graph]] = {}
        self._codes: dict[str, dict[str, str]] = {}

    def keep(self, digest: str, definition: Definition, graph: Graph) -> None:
        self._graphs[digest] = (definition, graph)

    async def get(self, digest: str) -> tuple[Definition, Graph]:
        cached = self._graphs.get(digest)
        if cached is None:
            canonical = await self._store.definition(digest)
            if canonical is None:
                raise removed("definition", digest)
            definition = Definition.model_validate_json(canonical)
            cached = self._graphs[digest] = (definition, Graph(definition))
        return cached

    async def code(self, digest: str) -> dict[str, str]:
        digests = self._codes.get(digest)
        if digests is None:
            digests = self._codes[digest] = await self._store.code(digest)
        return digests
