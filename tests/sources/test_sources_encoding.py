"""Encodings, found by looking, and the repair of characters."""

from __future__ import annotations

import codecs
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.encoding import decode, detect
from kg.sources.repair import repair_characters, squeeze, squeeze_title, to_simplified

SIMPLE = "青禾镇举办稻田音乐会\n\n近日，青禾镇联合县文旅局在云水村举办稻田音乐会，300多名村民和游客参加了活动。\n"
TRADITIONAL = (
    "青禾鎮舉辦稻田音樂會\n\n近日，青禾鎮聯合縣文旅局在雲水村舉辦稻田音樂會，300多名村民和遊客參加了這個活動。\n"
)


@pytest.mark.parametrize(
    ("codec", "mark"),
    [
        ("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("gb18030", b""), ("gbk", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE), ("utf-16-le", b""), ("utf-16-be", b""),
        ("utf-32-le", codecs.BOM_UTF32_LE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", [SIMPLE, TRADITIONAL])
def test_every_encoding_is_found_by_looking(codec: str, mark: bytes, text: str) -> None:
    data = mark + text.encode(codec)
    found = detect(data, complete=True)
    assert found is not None
    assert decode(data, found) == (text, 0)


@pytest.mark.parametrize("codec", ["big5", "cp950"])
def test_big5_is_told_from_gb18030(codec: str) -> None:
    data = TRADITIONAL.encode(codec)
    found = detect(data, complete=True)
    assert found is not None
    assert decode(data, found)[0] == TRADITIONAL


def test_a_few_words_are_enough() -> None:
    for text, codec in [("今天的会议", "gb18030"), ("這個會議", "big5"), ("德清县", "gb18030"), ("我们", "utf-16-le")]:
        data = text.encode(codec)
        assert decode(data, detect(data, complete=True) or "")[0] == text


def test_a_character_cut_at_the_end_of_the_sample_does_no_harm() -> None:
    for codec in ("utf-8", "gb18030", "utf-16-le"):
        data = (SIMPLE * 3).encode(codec)
        assert decode(data, detect(data[:-1]) or "")[0] == SIMPLE * 3


def test_damaged_bytes_are_left_out_and_counted() -> None:
    data = SIMPLE.encode()
    broken = data[:30] + b"\xff" + data[30:]
    assert detect(broken, complete=True) == "utf-8"
    assert decode(broken, "utf-8") == (SIMPLE, 1)


@pytest.mark.parametrize("data", [bytes(range(256)) * 40, b"\0\1\2\3" * 500, b"\x93\xfe\0\0" * 300])
def test_what_is_no_text_has_no_encoding(data: bytes) -> None:
    assert detect(data, complete=True) is None


def test_some_zero_bytes_do_not_make_a_text_binary() -> None:
    assert detect(SIMPLE.encode().replace(b"\n", b"\n\0"), complete=True) == "utf-8"


@given(st.binary(max_size=400))
def test_detection_never_fails(data: bytes) -> None:
    found = detect(data, complete=True)
    if found is not None:
        decode(data, found)


def test_width() -> None:
    assert repair_characters("ＡＢＣ１２３．５％＋－＝＠＃＆／") == "ABC123.5%+-=@#&/"
    assert repair_characters("（），：；！？《》“”、。～") == "（），：；！？《》“”、。～"
    assert repair_characters("一\u3000二\xa0三\t四") == "一 二 三 四"


def test_half_width_marks_beside_chinese_characters() -> None:
    assert repair_characters("近日,青山镇(记者 李明)说:好!有3,000人;真的?") == "近日，青山镇（记者 李明）说：好！有3,000人；真的？"
    assert repair_characters("甲,10:30到") == "甲，10:30到"
    assert repair_characters("甲((乙)),,丙") == "甲（（乙）），，丙"
    assert repair_characters("see (this), a:b, http://a.cn/x,y") == "see (this), a:b, http://a.cn/x,y"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85"])
def test_line_ends(end: str) -> None:
    assert repair_characters(f"甲{end}乙") == "甲\n乙"


def test_look_alikes_and_unseen_characters() -> None:
    assert repair_characters("⽉⼈\uf9d0") == "月人類"  # two radicals and a compatibility ideograph
    assert repair_characters("德\u200b清\ufeff\x07\ud800县\ufffd\x00") == "德清县"


@given(st.text())
def test_no_control_character_is_left(text: str) -> None:
    repaired = repair_characters(text)
    assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cs") for char in repaired)
    assert repair_characters(repaired) == repaired


def test_spaces_of_layout() -> None:
    assert squeeze("  5 月 6 日，施 良 来用 AI  助手") == "5月6日，施良 来用AI助手"
    assert squeeze("张三 李四 王 五") == "张三 李四 王五"
    assert squeeze("消 防 安 全 进 校 园") == "消防安全进校园"
    assert squeeze_title("“云上”问诊  “线下”开方") == "“云上”问诊 “线下”开方"


def test_traditional_text_becomes_simplified_character_by_character() -> None:
    (text,) = to_simplified(TRADITIONAL)
    assert text.startswith("青禾镇举办稻田音乐会")
    assert len(text) == len(TRADITIONAL)


def test_simplified_text_with_a_traditional_name_stays() -> None:
    text = "这个村的“東籬”书店来了许多人，他们说这里的书很多。"
    assert to_simplified(text) == (text,)
