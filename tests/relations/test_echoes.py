"""Common nouns that stand for names, counted bodies, and lists in which some members have no name."""

from __future__ import annotations

import pytest

from kg.relations.echoes import Echoes
from kg.relations.engine import RuleEngine
from kg.relations.examples import document_of, told
from kg.relations.verbs import default_verbs

ENGINE = RuleEngine.load()


def facts(text: str, predicate: str) -> set[tuple[str, str]]:
    document = document_of(text)
    found = [told(document, fact) for fact in ENGINE.find(document)]
    return {(f.source, f.target) for f in found if f.predicate == predicate}


def echoes(text: str) -> list[tuple[str, str]]:
    document = document_of(text)
    return [(document.text[i.start : i.end], i.mention.text) for i in Echoes(document, default_verbs()).items]


class TestEchoes:
    def test_this_activity_is_the_one_that_was_named(self) -> None:
        text = "[青山镇:Place]举办[“清风”文化节:Program]。此次公益活动由[县文联:Organization]承办。"
        assert echoes(text) == [("此次公益活动", "“清风”文化节")]
        assert ("县文联", "“清风”文化节") in facts(text, "runs")

    def test_an_activity_of_which_nobody_spoke_is_nobodys_echo(self) -> None:
        assert echoes("[青山镇:Place]推出[“清风”服务:Program]。此次活动很热闹。") == []
        assert echoes("[青山镇:Place]举办[“清风”文化节:Program]，还开展活动三场。") == []

    def test_a_longer_word_is_no_echo(self) -> None:
        assert echoes("[青山镇:Place]举办[“清风”文化节:Program]。活动室坐满了人。") == []

    def test_of_two_events_the_near_one_is_meant_or_none(self) -> None:
        both = "[“清风”文化节:Program]和[“夏夜”音乐节:Program]都办了。"
        assert echoes(both + "此次活动很热闹。") == []
        assert echoes("[“清风”文化节:Program]办过。\n很好。\n真好。\n[“夏夜”音乐节:Program]来了。此次活动很热闹。") == [
            ("此次活动", "“夏夜”音乐节")
        ]

    def test_a_team_is_called_by_the_end_of_its_name(self) -> None:
        text = "[县医院医疗队:Organization]到了。下午，医疗队赴[柳河村:Place]义诊。"
        assert facts(text, "visits") == {("县医院医疗队", "柳河村")}

    def test_a_common_noun_gives_way_to_the_name_that_it_echoes(self) -> None:
        text = "[“海风”志愿服务队:Organization]很忙。[华兴公司:Organization]向[志愿服务队:Organization/generic]捐赠了小艇。"
        assert facts(text, "supports") == {("华兴公司", "“海风”志愿服务队")}


class TestCounted:
    def test_three_villages_are_the_three_that_were_listed(self) -> None:
        text = "[甲山村:Place]、[乙山村:Place]和[丙山村:Place]相邻。去年，三个村推出[“联心”服务:Program]。"
        assert facts(text, "runs") == {(village, "“联心”服务") for village in ("甲山村", "乙山村", "丙山村")}

    def test_of_another_number_nobody_knows_who_they_are(self) -> None:
        text = "[甲山村:Place]、[乙山村:Place]和[丙山村:Place]相邻。去年，四个村推出[“联心”服务:Program]。"
        assert facts(text, "runs") == set()


class TestLists:
    def test_a_list_goes_on_behind_a_member_without_a_name(self) -> None:
        text = "[青山县:Place]开展[“甲风”推介会:Program]、油画产业座谈会、[“乙风”座谈会:Program]等活动。"
        assert facts(text, "runs") == {("青山县", "“甲风”推介会"), ("青山县", "“乙风”座谈会")}

    def test_another_verb_ends_the_list(self) -> None:
        text = "[青山县:Place]开展[“甲风”推介会:Program]、参加[“乙风”座谈会:Program]。"
        assert facts(text, "runs") == {("青山县", "“甲风”推介会")}

    def test_two_events_joined_are_both_meant(self) -> None:
        text = "由[县体育局:Organization]主办的[“百村”运动会:Program]暨友好县[乒乓球邀请赛:Program]开幕。"
        assert facts(text, "runs") == {("县体育局", "“百村”运动会"), ("县体育局", "乒乓球邀请赛")}

    def test_who_joins_acts_though_the_first_has_no_name(self) -> None:
        text = "河口人民法庭联合[河口派出所:Organization]推行[“一庭一所”机制:Program]。"
        assert facts(text, "runs") == {("河口派出所", "“一庭一所”机制")}

    def test_one_head_of_two_firms(self) -> None:
        text = "[甲华公司:Organization]、[乙华公司:Organization][董事长:role][李明:Person]说。"
        assert facts(text, "affiliated_with") == {("李明", "甲华公司"), ("李明", "乙华公司")}


@pytest.mark.parametrize("ending", ["高兴地说。", "说。", "告诉记者。"])
def test_i_is_the_speaker(ending: str) -> None:
    text = f"“去年春天，我成立了[云溪茶叶合作社:Organization]，大家都来了。”[柳河村:Place][村民:role][李明:Person]{ending}"
    assert facts(text, "founded") == {("李明", "云溪茶叶合作社")}


def test_a_body_named_behind_its_head() -> None:
    text = "[校长:role][李明:Person]出席。[云溪大学:Organization]派出了代表。"
    assert facts(text, "affiliated_with") == {("李明", "云溪大学")}


def test_whose_team_it_is_that_comes_is_no_fact() -> None:
    text = "一支由[县医院:Organization]、[县妇联:Organization]组成的专家团队来到[柳河村:Place]。"
    assert facts(text, "visits") == set()


class TestTitles:
    def test_an_organ_before_a_rank_belongs_to_the_post(self) -> None:
        text = "[柳河村党支部:Organization]开会。[柳河村:Place]来了客人。[柳河村党支部:Organization]书记[李明:Person]说。"
        document = document_of(text)
        (fact,) = [told(document, f) for f in ENGINE.find(document) if f.predicate == "affiliated_with"]
        assert (fact.source, fact.target, dict(fact.properties)["role"]) == ("李明", "柳河村", "党支部书记")

    def test_without_the_place_the_organ_itself_is_the_body(self) -> None:
        assert facts("[柳河村党支部:Organization]书记[李明:Person]说。", "affiliated_with") == {("李明", "柳河村党支部")}

    def test_an_organ_that_acts_is_a_body(self) -> None:
        text = "[柳河村:Place]来了客人。[柳河村党支部:Organization]推出[“联心”服务:Program]。"
        assert facts(text, "runs") == {("柳河村党支部", "“联心”服务")}
