"""Bylines on their own line and inside paragraphs."""

from __future__ import annotations

import pytest

from kg.records import Author
from kg.sources.byline import parse_byline, take_head, take_tail
from kg.sources.dates import date_line, find_date
from kg.sources.layout import default_layout
from kg.sources.lines import parse_meta


def w(*names: str) -> list[Author]:
    return [Author(name) for name in names]


def p(*names: str) -> list[Author]:
    return [Author(name, "摄影") for name in names]


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("林小满 何远", w("林小满", "何远")),
        ("林小满、何远", w("林小满", "何远")),
        ("何 远 林小满", w("何远", "林小满")),
        ("何\u3000远".replace("\u3000", " "), w("何远")),
        ("何 远 林 溪", w("何远", "林溪")),
        ("欧阳明月", w("欧阳明月")),
        ("古丽娜尔·艾山 何远", w("古丽娜尔·艾山", "何远")),
        ("本报记者 林小满 通讯员 何远", w("林小满", "何远")),
        ("记者林小满通讯员何远", w("林小满", "何远")),
        ("青禾晚报全媒体记者 林小满 报道", w("林小满")),
        ("青禾融媒记者 林小满 实习生 何远", w("林小满", "何远")),
        ("见习记者 林小满 特约记者 何远", w("林小满", "何远")),
        ("□ 记者 林小满", w("林小满")),
        ("【记者 林小满】", w("林小满")),
        ("文/图 林小满", w("林小满") + p("林小满")),
        ("林小满 文/图", w("林小满") + p("林小满")),
        ("文/林小满 图/何远", w("林小满") + p("何远")),
        ("林小满/文 何远/摄", w("林小满") + p("何远")),
        ("文丨记者 林小满 图丨何远", w("林小满") + p("何远")),
        ("记者 林小满 摄影 何远", w("林小满") + p("何远")),
        ("林小满 何远 摄", p("林小满", "何远")),
        ("记者林小满摄", p("林小满")),
        ("记者 林小满 通讯员 何远 摄", p("林小满", "何远")),
        ("林小满 摄影报道", p("林小满")),
        ("（通讯员 林小满 何远）", w("林小满", "何远")),
        ("记者 林小满 lin@example.com", w("林小满")),
        ("记者 林小满 编辑 何远", w("林小满")),
        ("青禾网新闻频道 林小满", w("林小满")),
        ("青禾县融媒体中心 林小满", w("林小满")),
        ("本报讯 记者 林小满 通讯员 何远", w("林小满", "何远")),
        ("弓小满", w("弓小满")),
        ("通讯员 县委宣传部 林小满", w("林小满")),
        ("县文旅局 供图", []),
        ("本报评论员", []),
        ("文 静", w("文静")),
        ("文静 图", p("文静")),
    ],
)
def test_bylines(line: str, authors: list[Author]) -> None:
    found = parse_byline(line)
    assert found is not None
    assert list(found.authors) == authors


@pytest.mark.parametrize(
    "line",
    [
        "", "高质量发展", "村企携手", "记者走基层", "优秀记者", "林小满说，来了。", "5月6日", "他来了",
        "记者 在 现场 看到",
        "青禾镇举办音乐会", "“林小满”", "林小满（青禾镇人大代表）", "林小满 何远 方圆 白鹭 江河", "安全", "关注",
    ],
)  # fmt: skip
def test_what_is_no_byline(line: str) -> None:
    assert parse_byline(line) is None


@pytest.mark.parametrize(
    ("paragraph", "rest", "authors"),
    [
        ("本报讯（记者 林小满 通讯员 何远）近日，青禾镇", "近日，青禾镇", w("林小满", "何远")),
        ("本报讯 近日，青禾镇", "近日，青禾镇", []),
        ("本报讯 记者 林小满 报道：近日，青禾镇", "近日，青禾镇", w("林小满")),
        ("新华社杭州5月6日电（记者林小满）今天", "今天", w("林小满")),
        ("青禾融媒讯（文/图 记者 林小满 通讯员 何远）今天", "今天", w("林小满", "何远") + p("林小满", "何远")),
        ("青禾县5月6日讯 今天", "今天", []),
        ("（通讯员 林小满 文/图）昨日", "昨日", w("林小满") + p("林小满")),
        ("据了解，通讯（第三期）已印发", "据了解，通讯（第三期）已印发", []),
        ("（一）抓好春耕", "（一）抓好春耕", []),
        ("记者在现场看到，", "记者在现场看到，", []),
    ],
)
def test_head_of_a_paragraph(paragraph: str, rest: str, authors: list[Author]) -> None:
    found = take_head(paragraph)
    assert (found[0], list(found[1])) == (rest, authors)


@pytest.mark.parametrize(
    ("paragraph", "rest", "authors"),
    [
        ("村民都来了。（林小满 何远）", "村民都来了。", w("林小满", "何远")),
        ("“都来了。”（记者 林小满）", "“都来了。”", w("林小满")),
        ("村民都来了。（通讯员 林小满 文/图）", "村民都来了。", w("林小满") + p("林小满")),
        ("村民都来了。 记者 林小满 摄", "村民都来了。", p("林小满")),
        ("图为丰收的稻田 林小满 何远 摄", "图为丰收的稻田", p("林小满", "何远")),
        ("图为丰收的稻田（林小满 摄）", "图为丰收的稻田", p("林小满")),
        ("他笑着说。（笑）", "他笑着说。（笑）", None),
        ("镇长（林小满）", "镇长（林小满）", None),
        ("他在航拍。", "他在航拍。", None),
    ],
)
def test_tail_of_a_paragraph(paragraph: str, rest: str, authors: list[Author] | None) -> None:
    found = take_tail(paragraph)
    assert found[0] == rest
    assert (list(found[1].authors) if found[1] else None) == authors


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-05-06", "2024-05-06"), ("2024/5/6", "2024-05-06"), ("2024.5.6", "2024-05-06"),
        ("2024年5月6日", "2024-05-06"),
        ("20240506", "2024-05-06"), ("2024-05-06T08:30:00+08:00", "2024-05-06"), ("2024年05月06日 10:20", "2024-05-06"),
        ("Mon, 06 May 2024 10:20:00 +0800", "2024-05-06"), ("2024-13-45", None), ("去年", None),
        ("", None), ("20241", None),
    ],
)  # fmt: skip
def test_dates(text: str, date: str | None) -> None:
    assert find_date(text) == date


def test_lines_about_the_article() -> None:
    layout = default_layout()
    found = parse_meta("发布时间：2024-05-06 10:20 来源：青禾新闻网 作者：林小满 何远 责任编辑：白鹭", layout)
    assert found is not None
    assert (found.date, list(found.authors)) == ("2024-05-06", w("林小满", "何远"))
    assert parse_meta("2024-05-06 10:20 来源：青禾网", layout) is not None
    assert parse_meta("摄影：林小满", layout).authors == tuple(p("林小满"))  # type: ignore[union-attr]
    assert parse_meta("来源：青禾新闻网", layout) is not None
    assert date_line("2024年5月6日 星期一 第3版") == "2024-05-06"


@pytest.mark.parametrize(
    "line",
    [
        "时间：周六上午",
        "来源：这笔钱从哪里来？大家都在问。",
        "记者：您好，请介绍一下情况。",
        "2024年5月6日，青禾镇举办音乐会。",
    ],
)
def test_what_only_looks_like_a_line_about_the_article(line: str) -> None:
    assert parse_meta(line, default_layout()) is None
