"""Reads the YAML and TSV files that hold knowledge, so that an error names file, line and key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kg.errors import DataError

__all__ = ["Block", "read_text", "read_tsv", "read_yaml"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast where it is there


class Block(dict[str, Any]):
    """A YAML mapping that knows its file and the line of each key."""

    def __init__(self, path: Path, line: int) -> None:
        super().__init__()
        self.path = path
        self.line = line
        self.lines: dict[str, int] = {}

    def error(self, what: str, *, key: str | None = None, remedy: str | None = None) -> DataError:
        """A DataError that points at the key (or at the block)."""
        line = self.lines.get(key, self.line) if key is not None else self.line
        return DataError(what, where=self.path, line=line, remedy=remedy)

    def check(self, *, required: frozenset[str] = frozenset(), optional: frozenset[str] = frozenset()) -> None:
        """Raises DataError at the first missing or unknown key."""
        for key in self:
            if key not in required and key not in optional:
                known = ", ".join(sorted(required | optional))
                raise self.error(f"unknown key “{key}”", key=key, remedy=f"use one of: {known}")
        for key in sorted(required):
            if key not in self:
                raise self.error(f"the key “{key}” is missing", remedy=f"add “{key}:” to this block")

    def text(self, key: str, default: str | None = None) -> str:
        """The string at `key`. Raises DataError when it is none."""
        value = self.get(key, default)
        if not isinstance(value, str):
            raise self.error(f"“{key}” must be a text, not {value!r}", key=key, remedy="put it in quotation marks")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of strings at `key` (a lone string is a list of one; absent is empty)."""
        value = self.get(key, [])
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise self.error(f"“{key}” must be a list of texts", key=key, remedy=f"write {key}: [一, 二]")
        return tuple(items)

    def block(self, key: str) -> Block:
        """The mapping under `key`. Raises DataError."""
        if not isinstance(self.get(key), Block):
            raise self.error("a mapping is needed", key=key)
        found: Block = self[key]
        return found

    def blocks(self, key: str) -> Iterator[tuple[str, Block]]:
        """The mappings below `key`, by their own keys."""
        value = self.get(key)
        if not isinstance(value, Block):
            raise self.error(f"“{key}” must hold named blocks", key=key, remedy=f"indent the blocks below “{key}:”")
        for name, block in value.items():
            if not isinstance(block, Block):
                raise value.error(f"“{name}” must be a block of keys", key=name, remedy="write key: value below it")
            yield name, block


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark. Raises DataError when it cannot be read."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        remedy = "check the path and its rights"
        raise DataError(f"cannot be read ({error.strerror})", where=path, remedy=remedy) from error
    except UnicodeDecodeError as error:
        raise DataError(f"is not UTF-8 at byte {error.start}", where=path, remedy="save it as UTF-8") from error


def read_yaml(path: Path) -> Any:
    """The content of a YAML file; mappings are `Block`s. Tags, duplicate keys, aliases and deep nesting are errors."""
    text = read_text(path)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        what = getattr(error, "problem", None) or "is not YAML"
        raise DataError(f"not valid YAML: {what}", where=path, line=line, remedy="mend the syntax") from error
    except RecursionError as error:
        raise DataError("nested too deeply", where=path, remedy="a data file has a few levels at most") from error
    if node is None:
        raise DataError("the file is empty", where=path, remedy="see docs/ for its form")
    return _construct(node, path, set(), 0)


_DEEPEST = 60
_PLAIN_TAGS: dict[type[yaml.Node], str] = {yaml.SequenceNode: "tag:yaml.org,2002:seq", yaml.MappingNode: "tag:yaml.org,2002:map"}


def _construct(node: yaml.Node, path: Path, seen: set[int], depth: int) -> Any:
    line = node.start_mark.line + 1
    if id(node) in seen:  # an alias: it could multiply without end
        raise DataError("YAML aliases (*name) are not taken", where=path, line=line, remedy="write it out")
    if depth > _DEEPEST:
        raise DataError("nested too deeply", where=path, line=line, remedy="a data file has a few levels at most")
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, path)
    if node.tag != _PLAIN_TAGS.get(type(node)):
        raise DataError(f"the tag {node.tag} is not taken", where=path, line=line, remedy="remove the tag")
    if isinstance(node, yaml.SequenceNode):
        return [_construct(child, path, seen, depth + 1) for child in node.value]
    block = Block(path, line)
    for key_node, value_node in node.value:
        at = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise DataError("a key must be a word", where=path, line=at, remedy="write key: value")
        key = str(key_node.value)
        if key in block:
            raise DataError(f"the key “{key}” is there twice", where=path, line=at, remedy="keep one of them")
        block[key] = _construct(value_node, path, seen, depth + 1)
        block.lines[key] = at
    return block


def _scalar(node: yaml.ScalarNode, path: Path) -> Any:
    prefix, _, kind = node.tag.rpartition(":")
    if prefix != "tag:yaml.org,2002":
        kind = ""
    value = node.value
    if kind == "str":
        return value
    if kind == "null":
        return None
    if kind == "bool":
        return value.lower() in ("true", "yes", "on")
    try:
        if kind == "int":
            return int(value.replace("_", ""), 0)
        if kind == "float":
            return float(value.replace("_", ""))
    except ValueError:
        return value
    if kind == "timestamp":
        return value
    raise DataError(
        f"the tag {node.tag} is not taken", where=path, line=node.start_mark.line + 1, remedy="remove the tag"
    )


def read_tsv(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of a tab-separated file: (line number, cells).

    Empty lines and lines that begin with ``#`` are passed over; trailing columns may be left out (they come as ""). Raises
    DataError for a row with too many cells or for a file that cannot be read.
    """
    for number, row in enumerate(read_text(path).split("\n"), start=1):
        if not row.strip() or row.startswith("#"):
            continue
        cells = tuple(cell.strip() for cell in row.rstrip("\r").split("\t"))
        if len(cells) > len(columns):
            names = ", ".join(columns)
            raise DataError(
                f"{len(cells)} cells, at most {len(columns)}", where=path, line=number, remedy=f"columns: {names}"
            )
        yield number, cells + ("",) * (len(columns) - len(cells))
