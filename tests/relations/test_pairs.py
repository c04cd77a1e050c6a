"""An article as the relation model reads it: tokens, pairs, what the rules and the schema say of each."""

from __future__ import annotations

import numpy as np
import pytest

from kg.records import Document, Evidence, Fact, MentionRef, Role, Word
from kg.relations.examples import document_of
from kg.relations.examples import told as told_fact
from kg.relations.finder import RelationFinder
from kg.relations.model import RelationModel, distance_row
from kg.relations.pairs import KINDS, ROLE, PairReader, labels_of
from kg.schema import default_schema

SCHEMA = default_schema()
LABELS = labels_of(SCHEMA)
READER = PairReader(list("推出了夜校镇"), ["v"], LABELS, {"推出": ["runs"], "走访": ["visits"]}, SCHEMA)


def fact(document: Document, source: str, predicate: str, target: str) -> Fact:
    text = document.text
    one, other = (MentionRef(text.index(name), text.index(name) + len(name)) for name in (source, target))
    return Fact(one, predicate, other, Evidence(0, len(text), text), "rule", 0.8)


def of(example: str, *words: str) -> Document:
    """The document of an example, with the words that are given."""
    document = document_of(example)
    found, at = [], 0
    for word in words:
        at = document.text.index(word, at)
        found.append(Word(at, at + len(word), "v"))
        at += len(word)
    return Document(document.text, document.sentences, tuple(found), document.mentions, document.roles)


def told(document: Document, pairs, row: int) -> tuple[str, str]:  # type: ignore[no-untyped-def]
    spans = [*document.mentions, *document.roles]
    one, other = (spans[number].text for number in pairs.ends[row])
    return one, other


def test_a_name_is_one_token_and_known_by_its_end() -> None:
    document = of("[青山镇:Place]推出了[“夜校”:Program]\n[李明:Person]", "推出", "了")
    pairs = READER.read(document, ())
    assert [KINDS[kind] for kind in pairs.kinds] == ["Place name", "word", "word", "Program name", "paragraph", "Person name"]
    known = ["".join("推出了夜校镇"[c - 2] for c in row if c > 1) for row in pairs.characters]
    assert known == ["镇", "推出", "了", "夜校", "", ""]
    assert pairs.triggers[1].tolist() == [float(name == "runs") for name in READER.predicates]
    assert not pairs.triggers[[0, 2, 3, 4, 5]].any()


def test_a_pair_may_be_what_the_schema_allows() -> None:
    document = of("[李明:Person]在[青山镇:Place]")
    pairs = READER.read(document, ())
    allowed = {LABELS[i] for i in np.flatnonzero(pairs.allowed[0])}
    assert ("affiliated_with", False) in allowed
    assert ("affiliated_with", True) not in allowed
    assert ("runs", False) not in allowed
    assert ("partners_with", False) in allowed


def test_what_the_rules_found_is_told_whichever_way_round() -> None:
    document = of("[“夜校”:Program]由[青山镇:Place]推出，[李明:Person]参加。", "推出")
    pairs = READER.read(document, [fact(document, "青山镇", "runs", "“夜校”")])
    row = [told(document, pairs, i) for i in range(len(pairs.ends))].index(("“夜校”", "青山镇"))
    assert {LABELS[i] for i in np.flatnonzero(pairs.rules[row])} == {("runs", True)}
    assert not np.delete(pairs.rules, row, axis=0).any()


def test_two_generic_nouns_and_two_works_are_no_pair() -> None:
    document = of("[企业:Organization/generic]与[学校:Organization/generic]见了[《甲》:Work]、[《乙》:Work]")
    pairs = READER.read(document, ())
    found = {told(document, pairs, i) for i in range(len(pairs.ends))}
    assert ("企业", "学校") not in found
    assert ("《甲》", "《乙》") not in found


@pytest.mark.parametrize(("sentences", "name", "paired"), [(2, "Place", True), (6, "Place", False), (6, "Program", True)])
def test_how_far_apart_two_may_stand(sentences: int, name: str, paired: bool) -> None:
    document = of(f"[青山镇:Place]来了。{'人来。' * (sentences - 1)}[白石:{name}]在。")
    assert bool(READER.read(document, ()).ends) is paired


def test_a_post_pairs_with_who_may_hold_it() -> None:
    document = of("[青山镇:Place][书记:role][李明:Person]推出[“夜校”:Program]。[主任:role]没有来。")
    pairs = READER.read(document, ())
    posts = pairs.allowed[:, LABELS.index((ROLE, False))]
    assert [told(document, pairs, row) for row in np.flatnonzero(posts)] == [("青山镇", "书记"), ("书记", "李明")]


def test_a_document_without_pairs_has_no_scores() -> None:
    model = RelationFinder.load().model
    for text in ("", "今天下雨。", "[李明:Person]来了。"):
        pairs = model.reader.read(document_of(text), ())
        assert model.scores(pairs).shape == (0, len(model.reader.labels))


def test_scores_are_probabilities_of_what_the_schema_allows() -> None:
    model = RelationFinder.load().model
    document = of("[青山镇:Place][书记:role][李明:Person]走访[白石村:Place]，推出[“夜校”:Program]。", "走访", "推出")
    pairs = model.reader.read(document, ())
    scores = model.scores(pairs)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert (scores[~pairs.allowed] == 0).all()
    assert (scores[pairs.allowed] > 0).all()


def test_a_far_distance_has_the_last_row() -> None:
    rows = distance_row(np.array([1, 2, 4, 40, 100_000], np.int32)).tolist()
    assert rows == sorted(rows)
    assert rows[0] == 0


def test_a_role_inside_a_name_counts_from_its_end() -> None:
    document = document_of("[青山镇:Place]书记")
    inside = Document(document.text, document.sentences, (), document.mentions, (Role(2, 5, "镇书记"),))
    pairs = READER.read(inside, ())
    assert [KINDS[kind] for kind in pairs.kinds] == ["Place name", "role"]


class Fixed(RelationModel):
    """Says of every pair what it was told to say, by the surfaces of the two."""

    def __init__(self, document: Document, said: dict[tuple[str, str], dict[str, float]]) -> None:
        super().__init__(READER, {})
        self.document, self.said = document, said

    def scores(self, pairs):  # type: ignore[no-untyped-def,override]
        found = np.zeros(pairs.allowed.shape, np.float32)
        for row in range(len(pairs.ends)):
            for name, score in self.said.get(told(self.document, pairs, row), {}).items():
                predicate, _, turned = name.partition(" ")
                found[row, LABELS.index((predicate, bool(turned)))] = score
        return found


def find(example: str, said: dict[tuple[str, str], dict[str, float]]) -> set[tuple[str, str, str, str]]:
    document = document_of(example)
    finder = RelationFinder.load()
    found = RelationFinder(finder.engine, Fixed(document, said)).find(document)
    own = [told_fact(document, fact) for fact in found if fact.rule.startswith("model.")]
    return {(f.source, f.predicate, f.target, dict(f.properties).get("role", "")) for f in own}


def test_the_model_says_what_is_likely_enough_in_its_direction() -> None:
    said = {("“夜校”", "青山镇"): {"runs turned": 0.9}, ("“夜校”", "白石村"): {"runs turned": 0.4}}
    assert find("[“夜校”:Program]里有[青山镇:Place]，有[白石村:Place]。", said) == {("青山镇", "runs", "“夜校”", "")}


def test_where_a_rule_spoke_the_model_is_not_asked() -> None:
    example = "[青山镇:Place]推出[“夜校”:Program]。"
    assert find(example, {("青山镇", "“夜校”"): {"runs": 0.99}}) == set()


def test_the_post_that_is_of_the_person_and_of_the_body() -> None:
    said = {
        ("李明", "白石村"): {"affiliated_with": 0.9},
        ("李明", "校长"): {"role": 0.9}, ("李明", "会计"): {"role": 0.9},
        ("校长", "白石村"): {"role": 0.2}, ("会计", "白石村"): {"role": 0.8},
    }  # fmt: skip
    example = "[李明:Person]呢，[校长:role]不当了，[会计:role]嘛，[白石村:Place]少不了。"
    assert find(example, said) == {("李明", "affiliated_with", "白石村", "会计")}


def test_places_and_bodies_lie_where_their_names_say() -> None:
    example = "[茶厂:Organization]呢，[青山镇:Place]嘛，[“夜校”:Program]吧。"
    said = {("茶厂", "青山镇"): {"located_in": 0.9}, ("青山镇", "“夜校”"): {"located_in turned": 0.9}}
    assert find(example, said) == {("“夜校”", "located_in", "青山镇", "")}
