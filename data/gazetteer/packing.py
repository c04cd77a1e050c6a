"""Writes divisions.bin: a trie of stems, and who bears them, as arrays that open without being parsed.

kg/knowledge/packed.py tells the layout and reads it.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MAGIC", "Entry", "pack", "trie"]

MAGIC = b"kgdiv\x00\x03\n"
FORM_NAMES = ("official", "short", "stem")


@dataclass(frozen=True, slots=True)
class Entry:
    """One division: its code as a number (0: none), its stem, the number of its tail, and further (name, form)s."""

    code: int
    stem: str
    tail: int
    aliases: tuple[tuple[str, str], ...]
    extra: tuple[str, str, str] | None = None  # level, kind and parent code of a place without a code


def trie(keys: list[str], alphabet: dict[str, int]) -> tuple[list[int], list[int], dict[str, int]]:
    """The trie of sorted unique keys, breadth first: labels, number of children of each node, node of each key."""
    labels, degrees, nodes = [0], [], {}
    queue = deque([(0, len(keys), 0)])
    number = 0
    while queue:
        low, high, depth = queue.popleft()
        if low < high and len(keys[low]) == depth:
            nodes[keys[low]] = number
            low += 1
        children = 0
        while low < high:
            character = keys[low][depth]
            end = bisect_left(keys, keys[low][:depth] + chr(ord(character) + 1), low, high)
            labels.append(alphabet[character])
            queue.append((low, end, depth + 1))
            low, children = end, children + 1
        degrees.append(children)
        number += 1
    return labels, degrees, nodes


def pack(
    entries: list[Entry], tails: list[tuple[str, dict[str, str], str, bool]], about: dict[str, Any]
) -> bytes:
    """The bytes of the file. `entries` are sorted: those with a code by code, then the others."""
    keys = sorted(
        {entry.stem for entry in entries} | {name for entry in entries for name, _ in entry.aliases}
    )
    characters = sorted({character for key in keys for character in key})
    labels, degrees, nodes = trie(keys, {character: index for index, character in enumerate(characters)})

    alias_rows = [
        (nodes[name], index, form) for index, entry in enumerate(entries) for name, form in entry.aliases
    ]
    postings = [(nodes[entry.stem], index, entry.tail) for index, entry in enumerate(entries)]
    for number, (node, _, form) in enumerate(
        alias_rows
    ):  # an alias acts like a tail of its own, after the real ones
        postings.append((node, len(entries) + number, len(tails) + FORM_NAMES.index(form)))
    postings.sort()
    counts = np.zeros(len(labels), dtype=np.int64)
    bits: dict[int, int] = {}
    for node, _, tail in postings:
        counts[node] += 1
        bits[node] = bits.get(node, 0) | 1 << tail
    masks = sorted(set(bits.values()))
    mask_ids = np.zeros(len(labels), dtype=np.int64)
    rank = {mask: index + 1 for index, mask in enumerate(masks)}
    for node, mask in bits.items():
        mask_ids[node] = rank[mask]

    codes = np.array([entry.code for entry in entries if entry.code], dtype=np.int64)
    steps = np.diff(codes, prepend=np.int64(0))
    jumps = np.flatnonzero(steps >= 1 << 16)
    record_nodes = np.array([nodes[entry.stem] for entry in entries])
    posting_records = np.array([record for _, record, _ in postings])
    sections: dict[str, tuple[str, Any, bool]] = {  # name → type, values, compressed
        "labels": ("<u2", labels, False),
        "degrees": ("<u2", degrees, True),
        "counts": ("<u2", counts, True),
        "masks": ("<u2", mask_ids, True),
        "steps": ("<u2", np.where(steps < 1 << 16, steps, 0), True),
        "steps_jumps": ("<u4", jumps, True),
        "steps_jump_values": ("<i8", steps[jumps], True),
        "tails": ("u1", [entry.tail for entry in entries], True),
        "record_nodes_low": ("<u2", record_nodes & 0xFFFF, False),
        "record_nodes_high": ("u1", record_nodes >> 16, False),
        "postings_low": ("<u2", posting_records & 0xFFFF, False),
        "postings_high": ("u1", posting_records >> 16, False),
        "alias_records": ("<u4", [index for _, index, _ in alias_rows], True),
        "alias_forms": ("u1", [FORM_NAMES.index(form) for _, _, form in alias_rows], True),
    }
    header = about | {
        "alphabet": "".join(characters),
        "tails": tails,
        "masks": [format(mask, "x") for mask in masks],
        "extra": [entry.extra for entry in entries if entry.extra is not None],
    }
    return _assemble(header, sections)


def _assemble(header: dict[str, Any], sections: dict[str, tuple[str, Any, bool]]) -> bytes:
    table, body = [], bytearray()
    for name, (kind, values, compressed) in sections.items():
        array = _checked(name, np.asarray(values), np.dtype(kind))
        content = zlib.compress(array.tobytes(), 9) if compressed else array.tobytes()
        body += bytes(-len(body) % 8)
        table.append([name, kind, len(array), compressed, len(body), len(content)])
        body += content
    text = json.dumps(header | {"sections": table}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    head = text.encode("utf-8")
    head += b" " * (-(len(head) + len(MAGIC)) % 8)
    rest = head + bytes(body)
    return MAGIC + len(head).to_bytes(4, "little") + zlib.crc32(rest).to_bytes(4, "little") + rest


def _checked(name: str, values: NDArray[Any], kind: np.dtype[Any]) -> NDArray[Any]:
    if len(values) and (values.min() < np.iinfo(kind).min or values.max() > np.iinfo(kind).max):
        raise ValueError(f"section {name}: {values.min()}..{values.max()} does not fit {kind}")
    return values.astype(kind)
