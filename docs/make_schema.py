"""Writes docs/schema.md from kg/schema.yaml and docs/meanings.yaml; `python docs/make_schema.py --check` only compares."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.datafile import Block, read_yaml
from kg.errors import DataError, KgError
from kg.schema import Predicate, Schema, default_schema

HERE = Path(__file__).resolve().parent
PAGE = HERE / "schema.md"
MEANINGS = HERE / "meanings.yaml"
_HEAD = """\
<!-- Made by docs/make_schema.py from kg/schema.yaml and docs/meanings.yaml. Change those, then run: python docs/make_schema.py -->
# The schema · 图谱的模式

What a graph may hold: types of node, predicates, properties. 图谱里可以有什么：节点类型、关系、属性。
How they look in each file: [formats.md](formats.md). 在各种文件中的写法：[formats.zh.md](formats.zh.md)。
"""


def page(schema: Schema, meanings: Mapping[str, Mapping[str, tuple[str, str]]]) -> str:
    """The whole page. `meanings` holds (Chinese, English) by section and name."""
    return "\n".join([
        _HEAD,
        "## Types of node · 节点类型\n",
        *_table(("type", "中文", "RDF", "colour 颜色", "what it is", "是什么"), _types(schema, meanings["types"])),
        "\n## Predicates · 关系\n",
        "A fact runs from one node to another. Of a symmetric predicate (↔) it is written once and holds both ways.  ",
        "一条事实从一个节点指向另一个节点。对称的关系（↔）只写一次，双向成立。\n",
        *_table(
            ("predicate", "中文", "from → to", "RDF", "properties 属性", "when", "何时成立"),
            _predicates(schema, meanings["predicates"]),
        ),
        "\n## Properties of a fact · 事实的属性\n",
        *_table(("property", "what it says", "含义"), _properties(schema, meanings["properties"])),
        "\n## Prefixes · 前缀\n",
        *_table(("prefix", "address 地址"), ((f"`{name}:`", f"<{iri}>") for name, iri in schema.prefixes.items())),
        "",
    ])  # fmt: skip


def read_meanings(schema: Schema, path: Path = MEANINGS) -> dict[str, dict[str, tuple[str, str]]]:
    """The sentences by section and name. Raises DataError for a name that the schema does not have."""
    known = {
        "types": set(schema.types),
        "predicates": set(schema.predicates),
        "properties": {name for predicate in schema.predicates.values() for name in predicate.properties},
    }
    root = read_yaml(path)
    if not isinstance(root, Block):
        raise DataError("this is no mapping", where=path, remedy="begin with types:, predicates:, properties:")
    root.check(required=frozenset(known))
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for section, names in known.items():
        found[section] = {}
        for name, block in root.blocks(section):
            if name not in names:
                raise block.error(f"the schema has no “{name}”", key=name, remedy="remove it, or mend the name")
            block.check(required=frozenset({"zh", "en"}))
            found[section][name] = (block.text("zh"), block.text("en"))
    return found


def _types(schema: Schema, meanings: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    for name, kind in schema.types.items():
        zh, en = meanings.get(name, ("", ""))
        yield f"`{name}`", kind.zh, f"`{kind.rdf}`", f"`{kind.colour}`", en, zh


def _predicates(schema: Schema, meanings: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    for name, predicate in schema.predicates.items():
        zh, en = meanings.get(name, ("", ""))
        properties = ", ".join(f"`{each}`" for each in predicate.properties)
        yield f"`{name}`", predicate.zh, _pairs(predicate, schema), f"`{predicate.rdf}`", properties, en, zh


def _pairs(predicate: Predicate, schema: Schema) -> str:
    """Who may stand where: `Person → Organization, Place`, one line for each set of targets."""
    arrow = "↔" if predicate.symmetric else "→"
    order = list(schema.types)
    groups: dict[tuple[str, ...], list[str]] = {}
    for source in (name for name in order if name in predicate.domain):
        targets = tuple(target for target in order if predicate.allows(source, target))
        groups.setdefault(targets, []).append(source)
    return "<br>".join(f"{', '.join(sources)} {arrow} {', '.join(targets)}" for targets, sources in groups.items())


def _properties(schema: Schema, meanings: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    for name in dict.fromkeys(each for predicate in schema.predicates.values() for each in predicate.properties):
        zh, en = meanings.get(name, ("", ""))
        yield f"`{name}`", en, zh


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def main(arguments: list[str]) -> int:
    """Writes the page; with ``--check`` says by the exit status whether the one there is current."""
    schema = default_schema()
    try:
        text = page(schema, read_meanings(schema))
    except KgError as error:
        print(f"make_schema: {error}", file=sys.stderr)
        return 1
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8", newline="\n")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("make_schema: docs/schema.md is not current — run: python docs/make_schema.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
