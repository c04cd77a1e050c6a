"""The schema holds what the annotation standard says, and a wrong schema file is named by file, line and key."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kg.errors import DataError
from kg.schema import Schema, default_schema

SCHEMA = default_schema()
PERSON, BODY, PLACE, PROGRAM, WORK, ARTICLE = "Person", "Organization", "Place", "Program", "Work", "Article"
ACTORS = (PERSON, BODY, PLACE)

# The table of the annotation standard: which pairs of types, in order, and which properties.
STANDARD: dict[str, tuple[set[tuple[str, str]], set[str]]] = {
    "affiliated_with": (set(product([PERSON], [BODY, PLACE])), {"role", "former"}),
    "located_in": (set(product([PLACE, BODY, PROGRAM], [PLACE])), set()),
    "part_of": ({(BODY, BODY), (PROGRAM, PROGRAM), (PLACE, BODY)}, set()),
    "mentors": ({(PERSON, PERSON)}, set()),
    "partners_with": (set(product(ACTORS, ACTORS)) - {(PERSON, PERSON)}, set()),
    "runs": (set(product(ACTORS, [PROGRAM])), {"date"}),
    "participates_in": (set(product(ACTORS, [PROGRAM])), {"date"}),
    "founded": (set(product(ACTORS, [BODY, PLACE])), {"date"}),
    "supports": (set(product(ACTORS, ACTORS)), set()),
    "oversees": (set(product(ACTORS, [BODY, PLACE, PROGRAM])), set()),
    "visits": (set(product(ACTORS, [PLACE, BODY])), {"date"}),
    "invests_in": (set(product([BODY, PERSON], [PROGRAM, BODY, PLACE])), {"amount"}),
    "produces": (set(product(ACTORS, [WORK])), {"date"}),
    "awarded": (set(product([*ACTORS, PROGRAM], [PROGRAM, WORK])), {"date"}),
    "family_of": ({(PERSON, PERSON)}, {"role"}),
    "author_of": ({(PERSON, ARTICLE)}, {"role"}),
    "mentions": (set(product([ARTICLE], [PERSON, BODY, PLACE, PROGRAM, WORK])), set()),
}

SMALL = """\
prefixes: {kg: "https://kg.example/"}
types:
  Person: {zh: 人, en: Person, rdf: kg:Person, colour: "#AABBCC"}
  Place: {zh: 地, en: Place, rdf: kg:Place, colour: "#000001"}
predicates:
  knows: {zh: 识, en: knows, rdf: kg:knows, from: [Person], to: [Person, Place]}
"""


def load(folder: Path, text: str) -> Schema:
    path = folder / "schema.yaml"
    path.write_text(text, "utf-8")
    return Schema.load(path)


def test_the_types_are_those_of_the_standard() -> None:
    labels = {name: type_.zh for name, type_ in SCHEMA.types.items()}
    assert labels == {PERSON: "人物", BODY: "机构", PLACE: "地点", PROGRAM: "项目", WORK: "作品", ARTICLE: "报道"}


def test_the_predicates_are_those_of_the_standard() -> None:
    assert set(SCHEMA.predicates) == set(STANDARD)


@pytest.mark.parametrize("name", STANDARD)
def test_a_predicate_joins_the_types_that_the_standard_says(name: str) -> None:
    predicate = SCHEMA.predicates[name]
    pairs, properties = STANDARD[name]
    allowed = {pair for pair in product(SCHEMA.types, SCHEMA.types) if predicate.allows(*pair)}
    assert allowed == predicate.pairs == pairs
    assert predicate.domain == {source for source, _ in pairs}
    assert predicate.range == {target for _, target in pairs}
    assert properties <= set(predicate.properties)
    assert set(predicate.properties) <= {"role", "former", "date", "amount"}


def test_two_predicates_are_symmetric_and_their_pairs_are_too() -> None:
    symmetric = {name: p for name, p in SCHEMA.predicates.items() if p.symmetric}
    assert set(symmetric) == {"partners_with", "family_of"}
    for predicate in symmetric.values():
        assert {(target, source) for source, target in predicate.pairs} == predicate.pairs


def test_names_labels_terms_and_colours_tell_apart() -> None:
    for group in (SCHEMA.types, SCHEMA.predicates):
        assert all(name == item.name for name, item in group.items())
        for field in ("zh", "en", "rdf"):
            values = [getattr(item, field) for item in group.values()]
            assert all(value.strip() == value != "" for value in values)
            assert len(set(values)) == len(values), field
    assert len({type_.colour for type_ in SCHEMA.types.values()}) == len(SCHEMA.types)


def test_every_term_expands_to_an_ascii_iri() -> None:
    terms = [type_.rdf for type_ in SCHEMA.types.values()] + [p.rdf for p in SCHEMA.predicates.values()]
    for iri in map(SCHEMA.expand, terms):
        assert iri.isascii()
        assert urlsplit(iri).scheme in {"http", "https"}
        assert not set(iri) & set(' <>"{}|\\^`')
    with pytest.raises(KeyError):
        SCHEMA.expand("nowhere:term")


def test_the_schema_is_read_once() -> None:
    assert default_schema() is SCHEMA


def test_a_small_schema_is_read_in_its_order(tmp_path: Path) -> None:
    schema = load(tmp_path, SMALL)
    assert list(schema.types) == ["Person", "Place"]
    assert schema.types["Person"].colour == "#aabbcc"
    assert schema.types["Person"].rgb == (170, 187, 204)
    assert schema.expand("kg:knows") == "https://kg.example/knows"
    assert schema.predicates["knows"].pairs == {("Person", "Person"), ("Person", "Place")}
    assert not schema.predicates["knows"].symmetric


@pytest.mark.parametrize(
    ("rest", "pairs"),
    [
        ("pairs: [[Person, Place]]", {("Person", "Place")}),
        ("not_pairs: [[Person, Person]]", {("Person", "Place")}),
        ("symmetric: true", {("Person", "Person"), ("Person", "Place")}),
    ],
)
def test_pairs_narrow_what_a_predicate_joins(tmp_path: Path, rest: str, pairs: set[tuple[str, str]]) -> None:
    schema = load(tmp_path, SMALL.replace("Place]}", f"Place], {rest}}}"))
    assert schema.predicates["knows"].pairs == pairs
    assert schema.predicates["knows"].symmetric == rest.startswith("symmetric")


def wrong(old: str, new: str, line: int | None, says: str, *, bug: str = "") -> object:
    marks = [pytest.mark.xfail(reason=bug, strict=True)]
    return pytest.param(old, new, line, says, marks=marks if bug else [], id=new.replace(" ", "") or f"without {old}")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        wrong("types:", "typen:", 2, "unknown key “typen”"),
        wrong('prefixes: {kg: "https://kg.example/"}\n', "", 1, "the key “prefixes” is missing"),
        wrong('"https://kg.example/"', "3", 1, "“kg” must be a text"),
        wrong('colour: "#000001"', "", 4, "the key “colour” is missing"),
        wrong('"#000001"', "red", 4, "“red” is no colour"),
        wrong('"#000001"', '"#0000012"', 4, "“#0000012” is no colour"),
        wrong("kg:Place", "foo:Place", 4, "“foo:Place” has an unknown prefix"),
        wrong("kg:Place", "Place", 4, "“Place” has an unknown prefix"),
        wrong("{zh: 地,", "{zh: 地, size: 3,", 4, "unknown key “size”"),
        wrong("  Person: {", "  Person: x # {", 3, "“Person” must be a block of keys"),
        wrong("en: knows, ", "", 6, "the key “en” is missing"),
        wrong("zh: 识", "zh: [识]", 6, "“zh” must be a text"),
        wrong("kg:knows", "foo:knows", 6, "“foo:knows” has an unknown prefix"),
        wrong("from: [Person]", "from: [Alien]", 6, "“Alien” is no type"),
        wrong("to: [Person, Place]", "to: [Person, Alien]", 6, "“Alien” is no type"),
        wrong("Place]}", "Place], inverse: x}", 6, "unknown key “inverse”"),
        wrong("Place]}", "Place], pairs: [Person]}", 6, "“pairs” must be a list of pairs"),
        wrong("Place]}", "Place], pairs: [[Person]]}", 6, "“pairs” must be a list of pairs"),
        wrong("Place]}", "Place], not_pairs: Person}", 6, "“not_pairs” must be a list of pairs"),
        wrong("Place]}", "Place], properties: [1]}", 6, "“properties” must be a list of texts"),
        wrong('{kg: "https://kg.example/"}', "[kg]", 1, "prefixes"),
        wrong('{kg: "https://kg.example/"}', "3", 1, "prefixes"),
        wrong("Place]}", 'Place], symmetric: "no"}', 6, "symmetric"),
        wrong(
            "Place]}",
            "Place], pairs: [[Alien, Place]]}",
            6,
            "Alien",
            bug="a strange type in pairs is told as no pair at all",
        ),
        wrong("Place]}", "Place], not_pairs: [[Alien, Place]]}", 6, "Alien"),
        wrong("from: [Person]", "from: []", 6, "no pair of types is left"),
    ],
)
def test_what_is_wrong_is_named_by_file_line_and_key(
    tmp_path: Path, old: str, new: str, line: int | None, says: str
) -> None:
    assert old in SMALL
    with pytest.raises(DataError) as caught:
        load(tmp_path, SMALL.replace(old, new))
    assert says in caught.value.what
    assert (caught.value.where, caught.value.line) == (str(tmp_path / "schema.yaml"), line)
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["- Person\n", "schema\n"])
def test_a_schema_is_a_mapping(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="a schema is a mapping"):
        load(tmp_path, text)
