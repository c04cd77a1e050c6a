"""What knowledge mends in the model's names: marks, works, chains of places, trusted patterns. Names are given, no model runs."""

from __future__ import annotations

import pytest

from kg.language.names import (
    _bare_quote,
    _one_type_each,
    _with_both_marks,
    _with_programs,
    _with_works,
    _without_halves,
    name_finder,
)
from kg.language.programs import Proposal
from kg.language.recognizer import Found
from kg.records import Mention

FINDER = name_finder()


def found(text: str, *names: str) -> list[Found]:
    """The names of a text, each ``surface/Type`` and in order."""
    spans, at = [], 0
    for name in names:
        surface, _, kind = name.rpartition("/")
        at = text.index(surface, at)
        spans.append(Found(at, at + len(surface), kind, 0.6))
        at += len(surface)
    return spans


def shown(text: str, names: list[Found]) -> list[str]:
    return [f"{text[name.start : name.end]}/{name.type}" for name in names]


@pytest.mark.parametrize(
    ("text", "model", "mended"),
    [
        ("推出“邻里灯下课”。", "“邻里灯下课/Program", "“邻里灯下课”/Program"),
        ("推出“邻里灯”下课活动。", "邻里灯”下课活动/Program", "“邻里灯”下课活动/Program"),
        ("走进高新区（城北片）。", "高新区（城北片/Place", "高新区（城北片）/Place"),
        ("“开门见山的第一课，他说", "“开门见山/Program", "开门见山/Program"),
        ("“开头\n后来”办起集市", "后来”办起集市/Program", "办起集市/Program"),
        ("青禾村的人", "青禾村/Place", "青禾村/Place"),
    ],
)
def test_a_name_has_both_marks_or_none(text: str, model: str, mended: str) -> None:
    assert shown(text, list(_with_both_marks(text, found(text, model)))) == [mended]


def test_each_title_is_a_work_of_its_own_unless_it_lies_in_another_name() -> None:
    text = "印发《灯下夜话》《巷口公约》，并办《巷口公约》宣讲团。"
    model = found(text, "《灯下夜话》《巷口公约》/Work", "《巷口公约》宣讲团/Organization")
    assert shown(text, _with_works(text, model)) == ["《灯下夜话》/Work", "《巷口公约》/Work", "《巷口公约》宣讲团/Organization"]


@pytest.mark.parametrize(
    ("text", "model", "mended"),
    [
        ("常熟海虞镇的人", "常熟海虞镇/Place", ["常熟/Place", "海虞镇/Place"]),
        ("今年海虞镇村集体增收", "海虞镇村/Place", ["海虞镇/Place"]),
        ("青柚村居民区很安静", "青柚村/Place", ["青柚村居民区/Place"]),
        ("海虞镇的人", "海虞镇/Place", ["海虞镇/Place"]),
        ("青柚湾广场很大", "青柚湾广场/Place", ["青柚湾广场/Place"]),
        ("常熟市高新区很大", "常熟市高新区/Place", ["常熟市/Place", "高新区/Place"]),
    ],
)
def test_places_are_cut_as_the_gazetteer_knows_them(text: str, model: str, mended: list[str]) -> None:
    (name,) = found(text, model)
    assert shown(text, FINDER._cut(text, name)) == mended


def test_a_trusted_pattern_stands_where_the_model_finds_nothing() -> None:
    text = "开展“灯下夜话”活动，唱“好日子”。"
    patterns = [Proposal(2, 10, "quoted-kind"), Proposal(12, 17, "quoted-repeated")]
    assert shown(text, _with_programs([], patterns)) == ["“灯下夜话”活动/Program"]
    assert shown(text, _with_programs(found(text, "灯下夜话/Work"), patterns)) == ["灯下夜话/Work"]


def test_what_is_signed_is_a_project_unless_a_name_reaches_beyond_it() -> None:
    text = "签约青柚湾冷链城、云桥学校等项目。"
    signed = [Proposal(2, 8, "signed"), Proposal(9, 13, "signed")]
    inside = found(text, "青柚湾冷链城/Place", "云桥学校/Organization")
    assert shown(text, _with_programs(inside, signed)) == ["青柚湾冷链城/Program", "云桥学校/Program"]
    beyond = found(text, "签约青柚湾/Organization", "云桥学校/Organization")
    assert shown(text, _with_programs(beyond, signed)) == ["签约青柚湾/Organization", "云桥学校/Program"]


@pytest.mark.parametrize(
    ("name", "bare"),
    [("“润滑剂”/Program", True), ("“润滑剂”行动/Program", False), ("“润滑剂”/Organization", False), ("润滑行动/Program", False)],
)
def test_a_program_that_is_only_a_quoted_phrase(name: str, bare: bool) -> None:
    text = name.rpartition("/")[0]
    assert _bare_quote(text, found(text, name)[0]) is bare


def test_one_label_has_one_type() -> None:
    text = "云桥中心开张。云桥中心、云桥中心"
    names = found(text, "云桥中心/Place", "云桥中心/Organization", "云桥中心/Organization")
    assert {name.type for name in _one_type_each(text, names)} == {"Organization"}


@pytest.mark.parametrize(
    ("surface", "kind", "common"),
    [("徐大爷", "Person", True), ("欧阳书记", "Person", True), ("徐大有", "Person", False), ("居民区", "Place", True)],
)
def test_common_nouns_and_forms_of_address_are_no_names(surface: str, kind: str, common: bool) -> None:
    assert FINDER._is_common(surface, kind) is common


def test_unsure_halves_give_way_to_a_name_that_is_known() -> None:
    text = "青柚花苑社区开张。人来。青柚花苑社区热闹，青柚镇也热闹。"

    def mention(at: int, surface: str, score: float) -> Mention:
        start = text.index(surface, at)
        return Mention(start, start + len(surface), surface, "Place", "name", surface, score, "model")

    known, halves = mention(0, "青柚花苑社区", 0.9), [mention(9, "青柚", 0.5), mention(9, "花苑社区", 0.5)]
    town = mention(20, "青柚镇", 0.5)
    assert list(_without_halves(text, [known, *halves, town])) == [known, town]
    sure = [halves[0], mention(9, "花苑社区", 0.7)]
    assert list(_without_halves(text, [known, *sure])) == [known, *sure]


@pytest.mark.parametrize(
    ("text", "model", "mended"),
    [
        ("高新区（青柚镇、度假区）很大", ["高新区/Place", "青柚镇/Place"], ["高新区（青柚镇、度假区）/Place"]),
        ("高新区（青柚镇）很大，青柚镇也大", ["高新区/Place", "青柚镇/Place"], ["高新区（青柚镇）/Place"]),
        ("青柚镇（下称甲方）来了", ["青柚镇/Place"], ["青柚镇/Place"]),
        ("青柚茶厂（青柚镇）来了", ["青柚茶厂/Organization", "青柚镇/Place"], ["青柚茶厂/Organization", "青柚镇/Place"]),
    ],
)
def test_places_in_brackets_behind_a_place_are_part_of_it(text: str, model: list[str], mended: list[str]) -> None:
    assert shown(text, list(FINDER._with_brackets(text, found(text, *model)))) == mended


@pytest.mark.parametrize(
    ("text", "names", "mended"),
    [
        ("常熟市海虞镇消防中心的人", "常熟市/Place 海虞镇/Place 消防中心/Organization", "常熟市海虞镇消防中心/Organization"),
        ("海虞镇青柚茶业公司的人", "海虞镇/Place 青柚茶业公司/Organization", "海虞镇/Place 青柚茶业公司/Organization"),
        ("海虞镇和消防中心的人", "海虞镇/Place 消防中心/Organization", "海虞镇/Place 消防中心/Organization"),
    ],
)
def test_a_public_body_keeps_the_places_before_it(text: str, names: str, mended: str) -> None:
    assert " ".join(shown(text, list(FINDER._with_heads(text, found(text, *names.split()))))) == mended
