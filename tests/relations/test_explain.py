"""What `explain` tells: names, rules that fired, and the first condition that failed."""

from __future__ import annotations

from kg.relations.engine import RuleEngine
from kg.relations.examples import document_of
from kg.relations.explain import explain

ENGINE = RuleEngine.load()


def tried(text: str, rule: str) -> list[tuple[int, str]]:
    return [(len(t.facts), t.failed) for e in explain(ENGINE, document_of(text)) for t in e.tried if t.rule == rule]


def test_a_rule_that_fired_tells_its_facts() -> None:
    (told,) = explain(ENGINE, document_of("[青山镇:Place]启动[“清风行动”:Program]。"))
    assert told.names == (("青山镇", "Place", "name"), ("“清风行动”", "Program", "name"))
    (fired,) = (t for t in told.tried if t.facts)
    assert (fired.rule, fired.trigger, fired.failed) == ("runs.verb", "启动", "")


def test_the_first_condition_that_failed_is_told() -> None:
    assert tried("[青山镇:Place]没有启动[“清风行动”:Program]。", "runs.verb") == [(0, "the trigger is negated")]
    assert tried("如果[青山镇:Place]启动[“清风行动”:Program]。", "runs.verb") == [(0, "it is a hypothesis")]
    ((count, why),) = tried("启动[“清风行动”:Program]。", "runs.verb")
    assert (count, why.split(":")[0]) == (0, "source")
    ((count, why),) = tried("[青山镇:Place]启动工作。", "runs.verb")
    assert (count, why.split(":")[0]) == (0, "target")


def test_a_sentence_without_names_is_told_too() -> None:
    (told,) = explain(ENGINE, document_of("大家启动工作。"))
    assert (told.names, told.tried) == ((), ())
