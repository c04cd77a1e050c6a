"""Draws the briefs that writers of the corpus work from: places of the gazetteer, names put together by chance, what to vary.

    python data/corpus/brief.py w05 40            (the same writer gives the same briefs)
    python data/corpus/brief.py w13 40 --short    (more briefs, captions, notices; shorter articles)
"""

from __future__ import annotations

import argparse
import datetime
import random
import sys
from pathlib import Path

from kg.datafile import Block, read_yaml
from kg.knowledge.gazetteer import Division, Gazetteer
from kg.train.head import BEATS, PROVINCES
from kg.train.swapping import NameLists

Kinds = dict[str, tuple[float, int, int]]
"""Of each kind of article: how often it is asked for, its shortest and its greatest length in characters."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("writer", help="a letter and two digits: w05")
    parser.add_argument("number", type=int, help="how many briefs")
    parser.add_argument("--short", action="store_true", help="more briefs, captions, notices; shorter articles")
    options = parser.parse_args()
    for line in briefs(options.writer, options.number, short=options.short):
        print(line)
    return 0


def briefs(writer: str, number: int, *, short: bool) -> list[str]:
    """The briefs of one writer, a line each. `writer` seeds the draw, so that a writer's briefs never change."""
    lists = read_yaml(Path(__file__).resolve().parent / "briefs.yaml")
    kinds = _kinds(lists.block("short" if short else "kinds"))
    manners, traps = lists.texts("manners"), lists.texts("traps")
    chance = random.Random(f"brief {writer}")
    names = NameLists.load()
    gazetteer = Gazetteer.open()
    counties = _counties(gazetteer)
    offset = int(writer[1:])
    provinces, beats = list(PROVINCES), list(BEATS)
    lines = []
    for i in range(number):
        province = provinces[(offset * 11 + i * 7) % len(provinces)]
        beat = beats[(offset * 4 + i * 3) % len(beats)]
        kind = chance.choices(list(kinds), [share for share, _, _ in kinds.values()])[0]
        _, low, high = kinds[kind]
        day = datetime.date(2019, 1, 1) + datetime.timedelta(days=chance.randrange(2700))
        trap = f"陷阱：{chance.choice(traps)}" if i % 5 == 2 else "陷阱：无"
        people = "、".join(names.person(chance, province) for _ in range(8))
        places = "；".join(_places(chance, gazetteer, counties[province]))
        size = chance.randrange(low, high, 20)
        lines.append(
            f"{writer}-{i + 1:04d} | {province} {PROVINCES[province]} | {beat} | {kind} | {day} | 约{size}字 | "
            f"{chance.choice(manners)} | {trap} | 地：{places} | 人：{people}"
        )
    return lines


def _kinds(block: Block) -> Kinds:
    rows = {kind: block.text(kind).split() for kind in block}
    return {kind: (float(share), int(low), int(high)) for kind, (share, low, high) in rows.items()}


def _counties(gazetteer: Gazetteer) -> dict[str, list[Division]]:
    found: dict[str, list[Division]] = {}
    for division in gazetteer:
        if division.level == "county" and division.code and not division.kind and len(division.label) > 1:
            found.setdefault(division.code[:2] + "0000", []).append(division)
    return found


def _places(chance: random.Random, gazetteer: Gazetteer, counties: list[Division]) -> list[str]:
    """A county, two of its towns, and two villages or communities of each, as chains."""
    by_parent: dict[str, list[Division]] = {}
    while True:
        county = chance.choice(counties)
        by_parent = _children(gazetteer, county.code[:6])
        towns = [t for t in by_parent.get(county.code, ()) if len(by_parent.get(t.code, ())) >= 2]
        if len(towns) >= 2:
            break
    above = "/".join(p.label for p in reversed(gazetteer.parents(county)) if p.level == "city")
    head = f"{above}/{county.label}" if above else county.label
    return [
        f"{head}/{town.label}/" + "、".join(v.label for v in chance.sample(by_parent[town.code], 2))
        for town in chance.sample(towns, 2)
    ]


_CHILDREN: dict[str, list[Division]] = {}


def _children(gazetteer: Gazetteer, prefix: str) -> dict[str, list[Division]]:
    if not _CHILDREN:
        for division in gazetteer:
            if division.level in ("town", "village") and division.code:
                _CHILDREN.setdefault(division.code[:6], []).append(division)
    found: dict[str, list[Division]] = {}
    for division in _CHILDREN.get(prefix, ()):
        found.setdefault(division.parent, []).append(division)
    return found


if __name__ == "__main__":
    sys.exit(main())
