"""Every rule's own sentences: those that must match and those that must not."""

from __future__ import annotations

import pytest

from kg.relations.engine import RuleEngine
from kg.relations.examples import ExampleError, document_of, expected_of
from kg.relations.explain import check_examples
from kg.relations.rules import Rule

ENGINE = RuleEngine.load()


@pytest.mark.parametrize("rule", ENGINE.rules, ids=lambda rule: rule.id)
def test_a_rules_own_examples_hold(rule: Rule) -> None:
    assert check_examples(rule, ENGINE) == ()


@pytest.mark.parametrize("rule", ENGINE.rules, ids=lambda rule: rule.id)
def test_no_match_sentences_have_names_that_could_have_matched(rule: Rule) -> None:
    assert all(document_of(example).mentions for example in rule.no_match)


def test_marks_become_offsets_of_the_plain_text() -> None:
    document = document_of("[近日:time]，[青山镇:Place][书记:role][李明:Person]捐了[2万元:money]。 => 李明 runs 青山镇")
    assert document.text == "近日，青山镇书记李明捐了2万元。"
    spans = [(s.start, s.end, s.text) for s in document.mentions]
    spans += [(s.start, s.end, s.text) for s in document.roles]
    spans += [(s.start, s.end, s.text) for s in document.times]
    spans += [(s.start, s.end, s.text) for s in document.quantities]
    for start, end, text in spans:
        assert document.text[start:end] == text


def test_an_unknown_mark_is_an_error() -> None:
    with pytest.raises(ExampleError, match="Village"):
        document_of("[青山镇:Village]到了。")


def test_facts_behind_the_arrow_are_read_with_properties() -> None:
    first, second = expected_of("… => 甲 runs 乙 {date: 近日}；丙 visits 丁")
    assert (first.source, first.predicate, first.target, first.properties) == ("甲", "runs", "乙", (("date", "近日"),))
    assert (second.source, second.predicate, second.target) == ("丙", "visits", "丁")
