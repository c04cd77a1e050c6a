"""kg turns Chinese local news into a knowledge graph that people can trust.

    import kg
    nlp = kg.load()                      # a spaCy pipeline: doc.ents, doc.spans, doc._.kg
    for graph in kg.extract(["page.txt"], on_error=print): ...
    kg.build(["data/samples"], "out")    # Turtle, GraphML, GEXF, CSV, a report and the store
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.building import build, extract
    from kg.language.pipeline import load
    from kg.store import GraphStore as Graph

__all__ = ["Graph", "build", "extract", "load"]

_WHERE = {
    "build": ("kg.building", "build"), "extract": ("kg.building", "extract"), "load": ("kg.language.pipeline", "load"),
    "Graph": ("kg.store", "GraphStore"),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Imports on first use: `import kg` alone must cost nothing."""
    if name not in _WHERE:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)
