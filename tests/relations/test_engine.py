"""The engine over whole documents: who acts when the clause does not say, what is no fact, and what holds for all facts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.relations.engine import RuleEngine
from kg.relations.examples import document_of, told
from kg.schema import default_schema

ENGINE = RuleEngine.load()


def facts(text: str, *predicates: str) -> set[tuple[str, str, str]]:
    document = document_of(text)
    found = [told(document, fact) for fact in ENGINE.find(document)]
    return {(f.source, f.predicate, f.target) for f in found if not predicates or f.predicate in predicates}


class TestWhoActs:
    def test_the_subject_of_the_clause_before(self) -> None:
        text = "[青山派出所:Organization]打造队伍，制定[《巡逻规范》:Work]，推出[“夜巡”服务:Program]。"
        assert facts(text) == {("青山派出所", "produces", "《巡逻规范》"), ("青山派出所", "runs", "“夜巡”服务")}

    def test_the_subject_of_the_sentence_before(self) -> None:
        text = "[青山镇:Place]加强管理。目前已启动[“清风行动”:Program]。"
        assert facts(text) == {("青山镇", "runs", "“清风行动”")}

    def test_not_across_a_paragraph(self) -> None:
        assert facts("[青山镇:Place]加强管理。\n目前已启动[“清风行动”:Program]。") == set()

    def test_not_when_another_noun_is_the_subject(self) -> None:
        text = "[青山镇:Place]加强管理。几位热心的老邻居后来启动[“清风行动”:Program]。"
        assert facts(text, "runs") == set()

    def test_the_body_of_a_post_is_no_subject(self) -> None:
        assert facts("[青山镇:Place][书记:role]走访[柳河村:Place]。") == set()
        assert facts("[青山镇:Place][书记:role][李明:Person]走访[柳河村:Place]。", "visits") == {("李明", "visits", "柳河村")}

    def test_the_speakers_body_runs_what_he_tells_of(self) -> None:
        text = "“我们推出了[‘暖心食堂’:Program]，老人都说好。”[柳河社区:Place][书记:role][李明:Person]说。"
        assert ("柳河社区", "runs", "‘暖心食堂’") in facts(text)

    def test_an_indirect_speakers_body(self) -> None:
        text = "[柳河社区:Place][负责人:role]介绍，同时推出[“暖心食堂”:Program]。"
        assert facts(text) == {("柳河社区", "runs", "“暖心食堂”")}

    def test_who_is_helped_acts(self) -> None:
        text = "[县农科所:Organization]帮助[柳河村:Place]推出[“稻鱼共生”模式:Program]。"
        assert ("柳河村", "runs", "“稻鱼共生”模式") in facts(text)
        assert ("县农科所", "runs", "“稻鱼共生”模式") not in facts(text)

    def test_who_joins_acts_too(self) -> None:
        text = "[县妇联:Organization]联合[青山小学:Organization]、[县医院:Organization]开展[“护苗”活动:Program]。"
        assert facts(text, "runs") == {(body, "runs", "“护苗”活动") for body in ("县妇联", "青山小学", "县医院")}


class TestChains:
    def test_the_innermost_place_counts(self) -> None:
        text = "[云溪县:Place][青山镇:Place][柳河村:Place]推出[“暖心食堂”:Program]。"
        assert facts(text) == {("柳河村", "runs", "“暖心食堂”")}

    def test_the_body_behind_places_counts(self) -> None:
        text = "[云溪县:Place][青山镇:Place][“暖阳”工作室:Organization]推出[“暖心食堂”:Program]。"
        assert facts(text) == {("“暖阳”工作室", "runs", "“暖心食堂”")}


@pytest.mark.parametrize(
    "text",
    [
        "[青山镇:Place]没有推出[“暖心食堂”:Program]。",
        "[青山镇:Place]尚未启动[“清风行动”:Program]。",
        "[青山镇:Place]未与[华兴公司:Organization]签订合作协议。",
        "如果[青山镇:Place]推出[“暖心食堂”:Program]，老人会高兴。",
        "[青山镇:Place]叫停[“清风行动”:Program]，不再举办[“书香节”:Program]。",
        "[华兴公司:Organization]拟向[青山小学:Organization]捐赠图书。",
        "[李明:Person]计划走访[柳河村:Place]。",
    ],
)
def test_what_is_denied_supposed_or_planned_is_no_fact(text: str) -> None:
    assert facts(text) == set()


def test_an_announced_program_is_run() -> None:
    assert facts("[明年:time]，[青山镇:Place]将启动[“清风行动”:Program]。") == {("青山镇", "runs", "“清风行动”")}


def test_the_future_denies_nothing() -> None:
    assert facts("未来，[青山镇:Place]将推出[“暖心食堂”:Program]。") == {("青山镇", "runs", "“暖心食堂”")}


def test_a_common_noun_is_an_end_only_of_a_partnership() -> None:
    text = "[柳河村:Place]与[企业:Organization/generic]签约共建。[企业:Organization/generic]走访[柳河村:Place]。"
    assert facts(text) == {("柳河村", "partners_with", "企业")}


def test_a_list_of_posts_keeps_its_bodies_apart() -> None:
    text = (
        "[县委组织部:Organization][副部长:role][张三:Person]、[青山镇:Place][党委书记:role][李四:Person]、"
        "[我院:Organization/pointer][院长:role][王五:Person]、[副院长:role][赵六:Person]、[孙七:Person]出席。"
    )
    assert facts(text, "affiliated_with") == {
        ("张三", "affiliated_with", "县委组织部"),
        ("李四", "affiliated_with", "青山镇"),
        ("王五", "affiliated_with", "我院"),
        ("赵六", "affiliated_with", "我院"),
        ("孙七", "affiliated_with", "我院"),
    }


def test_several_roles_are_several_facts() -> None:
    document = document_of("[青山镇:Place][党委副书记:role]、[镇长:role][李明:Person]到场。")
    assert {dict(fact.properties)["role"] for fact in ENGINE.find(document)} == {"党委副书记", "镇长"}


def test_more_bodies_than_names_tell_nobody_whose_is_whose() -> None:
    text = "[柳河村:Place]、[白沙村:Place]、[石桥村:Place][书记:role][张三:Person]、[李四:Person]到场。"
    assert facts(text) == set()


def test_a_body_inside_that_nobody_found_is_not_replaced_by_the_one_around_it() -> None:
    assert facts("[青山镇:Place]无名村[护林员:role][李明:Person]进山了。") == set()


def test_her_student_belongs_to_her_and_to_no_school() -> None:
    text = "[青山中学:Organization]开学了。[周文:Person]和她的[学生:role][李明:Person]到场。"
    assert facts(text, "affiliated_with") == set()


def test_he_is_the_last_person_spoken_of() -> None:
    text = "[李明:Person]很忙。他和妻子[周文:Person]创办[华兴公司:Organization]。"
    assert facts(text, "founded") == {("李明", "founded", "华兴公司"), ("周文", "founded", "华兴公司")}


def test_who_was_called_in_acts_next() -> None:
    text = "[青山镇:Place]请来[县农科所:Organization][研究员:role][周文:Person]，指导[李明:Person]种茶。"
    assert facts(text, "mentors") == {("周文", "mentors", "李明")}


def test_evidence_is_the_sentence() -> None:
    document = document_of("天气晴好。[青山镇:Place]启动[“清风行动”:Program]。")
    (fact,) = ENGINE.find(document)
    assert fact.evidence.text == "青山镇启动“清风行动”。"
    assert document.text[fact.evidence.start : fact.evidence.end] == fact.evidence.text


def test_a_document_without_names_has_no_facts() -> None:
    assert ENGINE.find(document_of("没有名字的一句话。")) == ()
    assert ENGINE.find(document_of("")) == ()


NAMES = [
    "[青山镇:Place]", "[柳河村:Place]", "[华兴公司:Organization]", "[李明:Person]", "[周文:Person]", "[书记:role]",
    "[镇长:role]", "[“清风行动”:Program]", "[《手册》:Work]", "[企业:Organization/generic]", "[该镇:Place/pointer]",
    "[近日:time]", "[2万元:money]",
]  # fmt: skip
WORDS = [
    "推出", "与", "和", "、", "，", "。", "签约", "走访", "捐赠", "为", "由", "的", "联合", "在", "说", "“", "”", "没有", "成立",
    "\n",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(NAMES + WORDS), max_size=24))
def test_whatever_the_text_facts_join_mentions_that_the_schema_allows(pieces: list[str]) -> None:
    document = document_of("".join(pieces))
    mentions = {(m.start, m.end): m for m in document.mentions}
    found = ENGINE.find(document)
    assert found == ENGINE.find(document)
    keys = set()
    for fact in found:
        source, target = mentions[fact.source.start, fact.source.end], mentions[fact.target.start, fact.target.end]
        assert source != target
        assert default_schema().predicates[fact.predicate].allows(source.type, target.type)
        assert not source.kind == target.kind == "generic"
        assert document.text[fact.evidence.start : fact.evidence.end] == fact.evidence.text
        keys.add((fact.predicate, fact.source, fact.target, dict(fact.properties).get("role")))
    assert len(keys) == len(found)
