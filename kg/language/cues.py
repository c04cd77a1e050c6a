"""What knowledge says of each character of a text: kind words, ranks, surnames, places, patterns of programs, open marks.

The names model reads these cues beside what the tagger saw. A group of words (a list of `data/lexicons/`) is two columns: a
word of it begins here, one ends here. So a word may be added to a list without training the model again; a new list asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.knowledge.gazetteer import Gazetteer
from kg.knowledge.lexicon import Lexicon
from kg.language.programs import VOICES, Proposal
from kg.language.view import View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Cues"]

_LISTS = (
    "common_ends firm_brand inner_verbs institutions joins kind_goes_on known_bodies left_stop levels motion not_names "
    "program_inner runs runs_quoted speech tiers"
).split()
_FORMS = ("official", "short", "stem")
_PAIRS = {"”": "“", "」": "「", "》": "《", "）": "（", ")": "("}
_OPEN = {"“": "quoted", "「": "quoted", "《": "titled", "（": "bracketed", "(": "bracketed"}
_SINGLE = ("surname", "weak surname", "gazetteer", "quoted", "titled", "bracketed", "ascii")
_CACHED = 100_000  # beginnings of two characters whose place in the gazetteer's trie is kept


class Cues:
    """The cues of texts, one row a character, one column a cue; `columns` names them in order."""

    def __init__(self, lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        import ahocorasick

        self._gazetteer = gazetteer
        groups: dict[str, set[str]] = {}
        for group, words in _groups(lexicon):
            for word in words:
                groups.setdefault(word, set()).add(group)
        names = sorted({name for found in groups.values() for name in found} | {f"gazetteer {f}" for f in _FORMS})
        names += [f"program {voice}" for voice in VOICES]
        self.columns: tuple[str, ...] = (*(f"{name} {end}" for name in names for end in ("<", ">")), *_SINGLE)
        number = {name: i for i, name in enumerate(self.columns)}
        self._automaton = ahocorasick.Automaton()
        for word, found in groups.items():
            starts = tuple(number[f"{name} <"] for name in sorted(found))
            self._automaton.add_word(word, (len(word), starts))
        self._automaton.make_automaton()
        self._forms = {form: number[f"gazetteer {form} <"] for form in _FORMS}
        self._voices = {voice: number[f"program {voice} <"] for voice in VOICES}
        self._single = {name: number[name] for name in _SINGLE}
        self._surnames = {
            character: tuple(number[n] for n, held in (("surname", lexicon.surnames), ("weak surname", lexicon.weak_surnames))
                             if character in held)
            for character in lexicon.surnames | lexicon.weak_surnames
        }  # fmt: skip
        self._nowhere: set[str] = set()  # beginnings of two characters that no name of the gazetteer has

    def of(self, view: View, programs: Iterable[Proposal]) -> NDArray[np.uint8]:
        """[characters of the text, columns], 1 where the cue holds; `programs` are what `find_programs` proposes for it."""
        import numpy as np

        text, width, single = view.text, len(self.columns), self._single
        at: list[int] = []
        for start, stop, voice in programs:
            at.append(start * width + self._voices[voice])
            at.append((stop - 1) * width + self._voices[voice] + 1)
        for end, (length, starts) in self._automaton.iter(text):
            first, last = (end - length + 1) * width, end * width + 1
            for column in starts:
                at.append(first + column)
                at.append(last + column)
        inside, nowhere = single["gazetteer"], self._nowhere
        surnames, opened = self._surnames, dict[str, str]()
        prefixes = self._gazetteer.prefixes
        for i, character in enumerate(text):
            row = i * width
            for column in surnames.get(character, ()):
                at.append(row + column)
            pair = text[i : i + 2]
            if pair not in nowhere:
                found = prefixes(text, i)
                if found:
                    for end, form in found:
                        at.append(row + self._forms[form])
                        at.append((end - 1) * width + self._forms[form] + 1)
                        at.extend(range(row + inside, end * width, width))
                elif not self._gazetteer.begins(pair) and len(nowhere) < _CACHED:
                    nowhere.add(pair)
            if character in _OPEN:
                opened[character] = _OPEN[character]
            for cue in opened.values():
                at.append(row + single[cue])
            if character in _PAIRS:
                opened.pop(_PAIRS[character], None)
            elif character == "\n":
                opened.clear()
            elif character < "\x80":
                at.append(row + single["ascii"])
        cues: NDArray[np.uint8] = np.zeros(len(text) * width, np.uint8)
        cues[at] = 1
        return cues.reshape(len(text), width)


def _groups(lexicon: Lexicon) -> Iterator[tuple[str, Iterable[str]]]:
    """The name of each group of words, and its words."""
    for word, kinds in lexicon.kinds.items():
        for kind in kinds:
            yield f"kind {kind.type} {kind.group}", (word,)
    titles = lexicon.titles
    yield "rank", titles.ranks.words
    yield "organ", titles.organs.words
    yield "modifier", titles.modifiers.words
    yield "former", titles.former
    yield "address", titles.address.words
    for name in _LISTS:
        yield f"word {name}", lexicon.words[name]
    yield "word pointer", lexicon.pointers
    yield "word short", lexicon.short
    yield "word generic", lexicon.generic
    yield "compound surname", lexicon.compound_surnames
