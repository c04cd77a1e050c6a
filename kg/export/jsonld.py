"""``graph.jsonld``: the triples of ``graph.ttl`` as JSON-LD, one subject a line; the context is in the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kg.export.rdf import describe
from kg.export.terms import KINDS, Block, Name, Own, Value, check_base, iri, local_name
from kg.schema import default_schema
from kg.store.model import Graph

__all__ = ["write"]


def write(graph: Graph, path: Path, *, base: str) -> None:
    """Writes the file. `base` is the beginning of every IRI of the graph. Raises KgError for a base that is none."""
    base, schema = check_base(base), default_schema()
    context = {**schema.prefixes, **{kind: f"{base}{kind}/" for kind in KINDS}}
    with path.open("w", encoding="utf-8", newline="\n") as file:
        # The context first: a reader that streams needs it before the first subject.
        file.write(f'{{"@context": {json.dumps(context, indent=1)},\n"@graph": [')
        separator = "\n"
        for block in describe(graph, schema):
            file.write(separator + json.dumps(_node(block, base), ensure_ascii=False))
            separator = ",\n"
        file.write("\n]}\n")


def _node(block: Block, base: str) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _id(block.subject, base)}
    for name, values in block.grouped():
        if name == "rdf:type":
            packed = [_id(value, base) for value in values if isinstance(value, Own | Name)]
        else:
            packed = [_value(value, base) for value in values]
        node["@type" if name == "rdf:type" else name] = packed[0] if len(packed) == 1 else packed
    return node


def _id(value: Own | Name, base: str) -> str:
    if isinstance(value, Name):
        return value.curie
    local = local_name(value.key)
    return f"{local[0]}:{local[1]}" if local else iri(value.key, base)


def _value(value: Value, base: str) -> Any:
    if isinstance(value, Own | Name):
        return {"@id": _id(value, base)}
    if value.language:
        return {"@value": value.text, "@language": value.language}
    return {"@value": value.text, "@type": value.datatype} if value.datatype else value.text
