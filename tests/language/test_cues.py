"""The cues: what knowledge says of each character."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.knowledge.gazetteer import Gazetteer
from kg.knowledge.lexicon import default_lexicon
from kg.language.cues import Cues
from kg.language.view import View

CUES = Cues(default_lexicon(), Gazetteer.open())


def marked(text: str, cue: str) -> str:
    """The characters of `text` for which the cue holds."""
    column = CUES.of(View(text, (), ()), ())[:, CUES.columns.index(cue)]
    return "".join(character for character, holds in zip(text, column, strict=True) if holds)


def test_a_word_of_a_list_marks_its_first_and_last_character() -> None:
    text = "德清县人民法院的院长来了。"
    assert marked(text, "kind Organization office >").startswith("院")
    assert marked(text, "rank <") == "院"
    assert marked(text, "rank >") == "长"


def test_the_gazetteer_marks_places() -> None:
    text = "他从德清县来。"
    assert marked(text, "gazetteer official <") == "德"
    assert marked(text, "gazetteer official >") == "县"
    assert marked(text, "gazetteer") == "德清县"


def test_open_marks_hold_until_they_are_closed_or_the_line_ends() -> None:
    assert marked("推出“银发食堂”服务", "quoted") == "“银发食堂”"
    assert marked("一“二\n三", "quoted") == "“二\n"
    assert marked("读《灯火》（修订版）", "titled") == "《灯火》"
    assert marked("读《灯火》（修订版）", "bracketed") == "（修订版）"


def test_surnames_and_other_scripts() -> None:
    assert marked("王吃ABC", "surname") == "王"
    assert marked("王吃ABC", "ascii") == "ABC"


def test_the_columns_are_named_once() -> None:
    assert len(set(CUES.columns)) == len(CUES.columns)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(exclude_categories=()), st.sampled_from("德清县“”《》（）\n王")), max_size=60))
def test_any_text_has_a_row_for_each_character(text: str) -> None:
    cues = CUES.of(View(text, (), ()), ())
    assert cues.shape == (len(text), len(CUES.columns))
    assert cues.dtype == np.uint8
    assert set(np.unique(cues)) <= {0, 1}


def test_a_text_read_twice_has_the_same_cues() -> None:
    """The second time, the beginnings that no name has are known."""
    text = "德清县康乾街道千丰社区党总支书记王海说，泉水叮咚。"
    assert (CUES.of(View(text, (), ()), ()) == CUES.of(View(text, (), ()), ())).all()
