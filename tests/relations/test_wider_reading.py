"""Readings that more than one rule needs: who signs, whose post it is, what a name only modifies, which event is meant."""

from __future__ import annotations

from kg.records import Word
from kg.relations.engine import RuleEngine
from kg.relations.examples import document_of, told
from kg.relations.verbs import default_verbs

ENGINE = RuleEngine.load()


def facts(text: str, predicate: str) -> set[tuple[str, str]]:
    document = document_of(text)
    found = [told(document, fact) for fact in ENGINE.find(document)]
    return {(f.source, f.target) for f in found if f.predicate == predicate}


class TestWhoSigns:
    def test_persons_of_three_bodies_sign_for_them(self) -> None:
        text = (
            "[县科协:Organization][主席:role][李明:Person]与[云溪大学:Organization][校长:role][周文:Person]、"
            "[县农业局:Organization][局长:role][王五:Person]共同签署合作协议。"
        )
        parties = ("县科协", "云溪大学", "县农业局")
        assert facts(text, "partners_with") == {(a, b) for k, a in enumerate(parties) for b in parties[k + 1 :]}

    def test_the_other_side_does_not_sign_with_itself(self) -> None:
        text = "[青山镇:Place][镇长:role][李明:Person]分别与[华兴公司:Organization]、[天河公司:Organization]签约。"
        assert ("华兴公司", "天河公司") not in facts(text, "partners_with")

    def test_a_bare_noun_beside_a_common_noun_points_to_nobody(self) -> None:
        text = "[华兴公司:Organization]来了。[县科协:Organization]与[高校:Organization/generic]、[企业:Organization/pointer]合作。"
        assert facts(text, "partners_with") == {("县科协", "高校")}


class TestWhosePost:
    def test_a_newly_appointed_head_belongs_to_the_place_named_before(self) -> None:
        text = "[青山镇:Place]开了会。会上说到新上任的[副镇长:role][李明:Person]。"
        assert facts(text, "affiliated_with") == {("李明", "青山镇")}

    def test_a_pupil_of_hers_belongs_to_no_body(self) -> None:
        assert facts("[青山小学:Organization]开了会。会上说到她的[学生:role][李明:Person]。", "affiliated_with") == set()

    def test_what_a_body_relies_on_is_not_its_post(self) -> None:
        text = "[柳河社区:Place]依托[居民:role]广场，搭建[“阳光客厅”议事平台:Program]。"
        assert facts(text, "runs") == {("柳河社区", "“阳光客厅”议事平台")}


class TestWhatIsMeant:
    def test_a_shorter_form_names_the_same_event(self) -> None:
        text = "第三届[“云溪杯”篮球联赛:Program]开幕。[“云溪杯”篮球联赛:Program]很热闹。[李明:Person]参加活动。"
        assert facts(text, "participates_in") == {("李明", "“云溪杯”篮球联赛")}

    def test_development_is_no_exhibition(self) -> None:
        behind = default_verbs().kind_behind
        assert behind.match("助推发展") is None
        assert behind.match("主题书画展") is not None

    def test_who_took_part_as_early_as_last_year(self) -> None:
        text = "[青山镇:Place]去年就参加了[“云溪杯”篮球联赛:Program]。"
        assert facts(text, "participates_in") == {("青山镇", "“云溪杯”篮球联赛")}

    def test_a_mere_report_of_an_event_runs_nothing(self) -> None:
        assert facts("[李明:Person]爱好篮球。他听说举办[“村超”:Program]，赶来观赛。", "runs") == set()


def test_a_proper_name_that_nobody_took_for_a_body_keeps_the_post_from_an_earlier_one() -> None:
    """云溪博览园研究员李明: not of the institute of the sentence before."""
    from dataclasses import replace

    document = document_of("[县农科院:Organization]来了人。云溪农业博览园[研究员:role][李明:Person]讲课。")
    start = document.text.index("云溪农业")
    known = replace(document, words=(Word(start, start + 7, "ORG"),))
    assert not [f for f in ENGINE.find(known) if f.predicate == "affiliated_with"]
    assert [f for f in ENGINE.find(document) if f.predicate == "affiliated_with"]
