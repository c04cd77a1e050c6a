"""A page becomes its articles: every rule of layout with a page of our own."""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.records import Article, content_id
from kg.sources.page import read_story, segment_page

P1 = "近日，青禾镇云水村的稻田里响起了音乐，300多名村民和游客坐在田埂上，听完了一场特别的音乐会。"
P2 = "“我们村还是第一次这么热闹。”云水村党支部书记林大河说，演出由镇文化站和县文旅局共同筹办。"
P3 = "据介绍，今年以来青禾镇已经举办各类文化活动40多场，下一步将把演出送到每一个村。"
P4 = "白鹭街道南桥社区的志愿者连日来走进独居老人家中，帮助检查燃气管道，累计排除隐患36处。"
PAGES = Path(__file__).resolve().parents[3] / "shared" / "bench"


def brief(article: Article) -> tuple[str | None, str, list[str], str]:
    return article.title, article.kind, [f"{a.name}/{a.role}" for a in article.authors], article.text


def page(*paragraphs: str, between: str = "\n\n") -> list[Article]:
    return segment_page(between.join(paragraphs), "page.txt")


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\n\n", "\r\n\r\n", "\r", "\u2028", "\x85\x85"])
@pytest.mark.parametrize("indent", ["", "\u3000\u3000", "    "])
def test_two_articles_below_each_other(between: str, indent: str) -> None:
    found = page(
        "稻田音乐会唱响云水村",
        "林小满 何远",
        indent + P1,
        indent + P2,
        "志愿者上门查燃气",
        "白 鹭",
        indent + P4,
        between=between,
    )
    assert [brief(article) for article in found] == [
        ("稻田音乐会唱响云水村", "article", ["林小满/文字", "何远/文字"], f"{P1}\n{P2}"),
        ("志愿者上门查燃气", "article", ["白鹭/文字"], P4),
    ]
    assert [article.source for article in found] == ["page.txt#1", "page.txt#2"]


def test_lines_and_ids() -> None:
    (first, second) = segment_page(
        f"\n标题在这里\n\n记者 林小满\n\n{P1}\n\n{P2}\n\n\n第二个标题\n何远\n{P4}\n\n", "a/b.txt"
    )
    assert (first.first_line, first.last_line) == (2, 8)
    assert (second.first_line, second.last_line) == (11, 13)
    assert first.id == content_id("article", "标题在这里", f"{P1}\n{P2}")


def test_a_title_on_two_lines_is_joined_with_a_space() -> None:
    (article,) = page("稻田里办起音乐会\n乡村有了新节奏", "林小满", P1, P2)
    assert article.title == "稻田里办起音乐会 乡村有了新节奏"


def test_a_title_of_three_lines() -> None:
    (article,) = page("文化下乡", "稻田里办起音乐会", "——青禾镇云水村见闻", "林小满", P1, P2)
    assert article.title == "文化下乡 稻田里办起音乐会 ——青禾镇云水村见闻"


def test_a_subtitle_below_a_long_title_belongs_to_the_text() -> None:
    long = "青禾镇第三届稻田音乐会暨全县乡村文化节开幕式在云水村隆重举行"
    (article,) = page(long, "县委副书记江河出席", P1, P2)
    assert article.title == long


def test_what_a_web_page_puts_around_an_article() -> None:
    (article,) = segment_page(
        "首页 > 新闻 > 正文\n云水村办起音乐会\n2024-05-06 10:22:13  来源：青禾网  作者：林小满\n字号：大 中 小\n"
        f"{P1}\n{P2}\n上一篇：春耕\n下一篇：夏收\n",
        "x",
    )
    assert brief(article) == ("云水村办起音乐会", "article", ["林小满/文字"], f"{P1}\n{P2}")
    assert (article.date, article.first_line, article.last_line) == ("2024-05-06", 2, 6)


def test_a_list_of_people_is_no_byline() -> None:
    (article,) = page("云水村办起音乐会", P1, "获奖名单", "林小满 何远 白鹭", "江河", P2)
    assert article.authors == ()
    assert "林小满 何远 白鹭" in article.text


def test_a_conversation_keeps_its_speakers() -> None:
    (article,) = page(
        "云水村办起音乐会", "林小满", "记者：您好，请介绍一下。", "林大河：村里第一次办，大家都高兴。", P1
    )
    assert article.text.startswith("记者：您好，请介绍一下。\n林大河：")


def test_a_picture_between_title_and_story() -> None:
    found = page("云水村办起音乐会", "林小满", "演出现场 何远 摄", P1, P2)
    assert [(a.title, a.kind, a.text) for a in found] == [
        ("云水村办起音乐会", "article", f"{P1}\n{P2}"), (None, "caption", "演出现场"),
    ]  # fmt: skip


def test_a_story_in_pictures_is_signed_as_a_whole() -> None:
    (article,) = page("稻田音乐会", P1, P2, "何远 摄影报道")
    assert brief(article) == ("稻田音乐会", "caption", ["何远/摄影"], f"{P1}\n{P2}")


def test_a_title_broken_inside_quotation_marks_is_joined_without() -> None:
    (article,) = page("云水村办起“稻田\n音乐会”", "林小满", P1, P2)
    assert article.title == "云水村办起“稻田音乐会”"


def test_a_byline_on_two_lines() -> None:
    (article,) = page("云水村办起音乐会", "本报记者 林小满\n通讯员 何远 白鹭", P1)
    assert [author.name for author in article.authors] == ["林小满", "何远", "白鹭"]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_paragraphs_that_columns_cut_are_joined(between: str) -> None:
    cut = between.join([P1[:24], P1[24:], P2[:40], P2[40:-3], P2[-3:]])
    (article,) = segment_page(f"云水村办起音乐会\n\n林小满\n\n{cut}", "x")
    assert article.text == f"{P1}\n{P2}"


def test_a_full_stop_that_a_column_cut_off() -> None:
    (article,) = page("云水村办起音乐会", "林小满", P1[:-1], "。", P2)
    assert article.text == f"{P1}\n{P2}"


def test_lines_broken_at_a_fixed_width_are_joined_even_after_a_full_stop() -> None:
    body = "一二三四五六七八九十一二三四五六七八九。" * 4 + "最后一句。"
    wrapped = "\n".join(body[at : at + 20] for at in range(0, len(body), 20))
    (article,) = segment_page(f"云水村办起音乐会\n林小满\n{wrapped}", "x")
    assert article.text == body


def test_heads_of_sections_do_not_split() -> None:
    (article,) = page("云水村办起音乐会", "林小满", P1, "一、田野就是舞台", P2, "大家一起来", P3)
    assert article.text == "\n".join([P1, "一、田野就是舞台", P2, "大家一起来", P3])


def test_a_titled_caption_between_articles() -> None:
    found = page("云水村办起音乐会", "林小满", P1, P2, "燃气检查到家", P4, "何远 白鹭 摄", "春耕备耕忙", "江河", P3)
    assert [(article.title, article.kind) for article in found] == [
        ("云水村办起音乐会", "article"), ("燃气检查到家", "caption"), ("春耕备耕忙", "article"),
    ]  # fmt: skip
    assert [f"{a.name}/{a.role}" for a in found[1].authors] == ["何远/摄影", "白鹭/摄影"]
    assert found[1].text == P4
    assert found[0].text == f"{P1}\n{P2}"


@pytest.mark.parametrize("credit", ["{}\n\n何远 摄", "{} 何远 摄", "{}（何远 摄）", "{}\n记者何远摄"])
def test_a_caption_without_a_title(credit: str) -> None:
    found = segment_page(
        f"云水村办起音乐会\n\n林小满\n\n{P1}\n\n{P2}\n\n\n\n{credit.format(P4)}\n\n春耕备耕忙\n\n江河\n\n{P3}", "x"
    )
    assert [brief(article) for article in found] == [
        ("云水村办起音乐会", "article", ["林小满/文字"], f"{P1}\n{P2}"),
        (None, "caption", ["何远/摄影"], P4),
        ("春耕备耕忙", "article", ["江河/文字"], P3),
    ]


def test_a_caption_in_the_middle_of_a_cut_paragraph() -> None:
    found = page("云水村办起音乐会", "林小满", P1, P2[:30], "图为音乐会现场。何远 摄", P2[30:], P3)
    assert [brief(article) for article in found] == [
        ("云水村办起音乐会", "article", ["林小满/文字"], f"{P1}\n{P2}\n{P3}"),
        (None, "caption", ["何远/摄影"], "图为音乐会现场。"),
    ]


def test_a_page_of_captions() -> None:
    found = page("燃气检查到家", P4, "何远 摄", "稻田音乐会", P1, "白鹭 摄")
    assert [(article.title, article.kind) for article in found] == [
        ("燃气检查到家", "caption"),
        ("稻田音乐会", "caption"),
    ]


def test_a_credit_below_a_signed_article_signs_its_pictures() -> None:
    (article,) = page("云水村办起音乐会", "林小满", "1" + P2 * 3, "2" + P2 * 4, "何远 摄")
    assert [f"{a.name}/{a.role}" for a in article.authors] == ["林小满/文字", "何远/摄影"]


@pytest.mark.parametrize("body", [f"{P1}\n{P2}\n{P3}", f"\u3000\u3000{P1}\n\n\u3000\u3000{P2}\n\n\u3000\u3000{P3}"])
def test_a_plain_article(body: str) -> None:
    (article,) = segment_page(f"云水村办起音乐会\n{body}", "x")
    assert brief(article) == ("云水村办起音乐会", "article", [], f"{P1}\n{P2}\n{P3}")


def test_a_title_with_a_comma() -> None:
    (article,) = page("田野变舞台，村民当主角", P1, P2)
    assert article.title == "田野变舞台，村民当主角"


def test_a_text_without_a_title() -> None:
    (article,) = page(P1, P2)
    assert brief(article) == (None, "article", [], f"{P1}\n{P2}")


def test_everything_around_the_text_is_parsed_and_removed() -> None:
    (article,) = page(
        "云水村办起音乐会", "发布时间：2024-05-06 10:20 来源：青禾新闻网", f"本报讯（记者 林小满 通讯员 何远）{P1}",
        f"{P2}（通讯员 白鹭 文/图）", "责任编辑：江河", "浏览次数：102",
    )  # fmt: skip
    assert brief(article) == ("云水村办起音乐会", "article", ["林小满/文字", "何远/文字", "白鹭/文字", "白鹭/摄影"], f"{P1}\n{P2}")
    assert article.date == "2024-05-06"


def test_two_articles_whose_bylines_are_inside() -> None:
    found = page("云水村办起音乐会", f"本报讯（记者 林小满）{P1}", P2, "志愿者上门查燃气", f"本报讯（记者 何远）{P4}")
    assert [(a.title, a.authors[0].name, a.text) for a in found] == [
        ("云水村办起音乐会", "林小满", f"{P1}\n{P2}"), ("志愿者上门查燃气", "何远", P4),
    ]  # fmt: skip


def test_two_articles_signed_at_their_ends() -> None:
    found = page("云水村办起音乐会", P1, f"{P2}（林小满 何远）", "志愿者上门查燃气", f"{P4}（白鹭）")
    assert [(a.title, [b.name for b in a.authors], a.text) for a in found] == [
        ("云水村办起音乐会", ["林小满", "何远"], f"{P1}\n{P2}"), ("志愿者上门查燃气", ["白鹭"], P4),
    ]  # fmt: skip


def test_a_quotation_with_its_author_is_no_byline() -> None:
    (article,) = page("云水村办起音乐会", "林小满", f"{P1}（白居易）", P2)
    assert article.text == f"{P1}（白居易）\n{P2}"


def test_markdown() -> None:
    found = segment_page(
        f"# 云水村办起音乐会\n\n**记者 林小满**\n\n{P1}\n\n## 大家来\n\n{P2}\n\n# 志愿者上门\n\n{P4}\n", "x.md"
    )
    assert [(a.title, a.text) for a in found] == [("云水村办起音乐会", f"{P1}\n大家来\n{P2}"), ("志愿者上门", P4)]


def test_a_letter() -> None:
    (article,) = segment_page(
        f"Subject: 云水村办起音乐会\nDate: Mon, 06 May 2024 10:20:00 +0800\nFrom: a@example.com\n\n{P1}", "x"
    )
    assert (article.title, article.date, article.text) == ("云水村办起音乐会", "2024-05-06", P1)


def test_the_head_of_the_page_dates_its_articles() -> None:
    found = page("2024年5月6日 星期一", "云水村办起音乐会", "林小满", P1, "志愿者上门查燃气", "何远", P4)
    assert [(a.title, a.date) for a in found] == [
        ("云水村办起音乐会", "2024-05-06"),
        ("志愿者上门查燃气", "2024-05-06"),
    ]


def test_traditional_page() -> None:
    (article,) = page(
        "雲水村辦起音樂會", "記者 林小滿", "近日，青禾鎮雲水村的稻田裡響起了音樂，這場音樂會來了300多名村民。"
    )
    assert article.title == "云水村办起音乐会"
    assert article.authors[0].name == "林小满"
    assert "这场音乐会来了" in article.text


@pytest.mark.parametrize("text", ["", "\n\n \n", "—— * ——", "\ufeff"])
def test_nothing_in_it(text: str) -> None:
    assert segment_page(text, "x") == []


def test_a_lone_line_is_a_text_without_a_title() -> None:
    assert brief(segment_page("青禾镇举办音乐会", "x")[0]) == (None, "article", [], "青禾镇举办音乐会")


def test_a_record_is_never_split() -> None:
    text = f"云水村办起音乐会\n\n林小满\n\n{P1}\n\n志愿者上门查燃气\n\n何远\n\n{P4}\n\n白鹭 摄"
    story = read_story("云水村办起音乐会", text, "x#1")
    assert story is not None
    assert story.title == "云水村办起音乐会"
    assert story.text == f"{P1}\n志愿者上门查燃气\n{P4}"
    assert [author.name for author in story.authors] == ["林小满", "何远", "白鹭"]
    assert read_story("标题", " \n", "x#1") is None


_LINES = st.sampled_from([
    "云水村办起音乐会", "林小满 何远", "何远 摄", P1, P2[:30], P2[30:], "", "图为音乐会。何远 摄",
    "（白鹭）", "# 甲", "来源：某报", "一、甲",
])  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(_LINES, max_size=14).map("\n".join)))
def test_any_text_becomes_clean_articles(text: str) -> None:
    last = text.count("\n") + text.count("\r") + text.count("\x85") + text.count("\u2028") + text.count("\u2029") + 1
    for number, article in enumerate(segment_page(text, "x"), start=1):
        assert article.source == f"x#{number}"
        assert article.text.strip()
        assert article.kind in ("article", "caption")
        assert 1 <= article.first_line <= article.last_line <= last
        for part in (article.text, article.title or "甲"):
            assert all(char == "\n" or unicodedata.category(char) not in ("Cc", "Cs") for char in part)
        assert "\n\n" not in article.text


@pytest.mark.parametrize(
    "text",
    ["我" * 340_000, " " * 1_000_000, "我 " * 250_000, "“" * 340_000, "（" * 340_000, "·" * 500_000,
     "a@" * 500_000, "记者" * 160_000, "来源：" * 110_000, "*" * 1_000_000, "#" * 1_000_000, "1" * 1_000_000,
     "记者 张三 " * 60_000, f"{P1}\n何远 摄\n" * 6_000],
    ids=lambda text: text[:4],
)  # fmt: skip
def test_a_megabyte_of_the_same_is_quick(text: str) -> None:
    start = time.perf_counter()
    segment_page(text, "x")
    assert time.perf_counter() - start < 5  # 0.3 s on a quiet machine


@pytest.mark.skipif(not PAGES.is_dir(), reason="the shared test sets are not there")
def test_a_real_page() -> None:
    keys = ("title", "kind", "authors", "first_line", "last_line")
    gold = json.loads((PAGES / "page.gold.json").read_text("utf-8"))["articles"]
    found = segment_page((PAGES / "page.txt").read_text("utf-8"), "page.txt")
    assert [
        {
            "title": a.title, "kind": a.kind, "authors": [{"name": b.name, "role": b.role} for b in a.authors],
            "first_line": a.first_line, "last_line": a.last_line,
        }
        for a in found
    ] == [{key: item[key] for key in keys} for item in gold]  # fmt: skip
