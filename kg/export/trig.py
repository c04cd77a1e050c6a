"""``graph.trig``: all of ``graph.ttl``, and for each fact where it comes from.

The default graph holds everything, so that any query works on it: the plain triples, and for each fact a node
``fact:ID`` (rdf:subject, rdf:predicate, rdf:object, confidence) with its ``kg:evidence``: article, sentence, offsets,
rule, confidence. The named graph ``fact:ID`` holds the one triple again, for those who ask
``GRAPH ?fact { ?s ?p ?o } ?fact prov:wasDerivedFrom ?article``.
"""

from __future__ import annotations

from pathlib import Path

from kg.export.rdf import describe, fact_blocks
from kg.export.terms import Name, Own, check_base
from kg.export.turtle import block_text, prefix_lines, value_text
from kg.schema import default_schema
from kg.store.model import Graph

__all__ = ["write"]


def write(graph: Graph, path: Path, *, base: str) -> None:
    """Writes the file. `base` is the beginning of every IRI of the graph. Raises KgError for a base that is none."""
    base, schema = check_base(base), default_schema()
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(prefix_lines(schema, base))
        for block in describe(graph, schema):
            file.write(block_text(block, base))
        for edge in graph.edges():
            fact, *evidence = fact_blocks(edge, schema)
            said = dict(fact.statements)
            ends = (said["rdf:subject"], said["rdf:predicate"], said["rdf:object"])
            triple = " ".join(value_text(end, base) for end in ends if isinstance(end, Own | Name))
            file.write(f"\n{value_text(fact.subject, base)} {{ {triple} }}\n")
            for block in (fact, *evidence):
                file.write(block_text(block, base))
