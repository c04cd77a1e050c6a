"""Texts as the names model sees them: cut into pieces, each with what the tagger and the knowledge say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.knowledge.gazetteer import Gazetteer
from kg.knowledge.lexicon import Lexicon, default_lexicon
from kg.language.cues import Cues
from kg.language.programs import Proposal, find_programs
from kg.language.recognizer import Found, Recognizer
from kg.language.tagger import LacTagger, Reading, cut_long
from kg.language.view import View, split_sentences
from kg.records import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["NameReader", "Piece", "ReadText", "find_in"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or a part of a very long one: `text[start:end]`."""

    start: int
    end: int
    reading: Reading
    cues: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text with its words and sentences, the pieces that cover the sentences, and what patterns take for a program."""

    view: View
    pieces: tuple[Piece, ...]
    programs: tuple[Proposal, ...]

    @property
    def text(self) -> str:
        return self.view.text


class NameReader:
    """Reads texts for the `Recognizer`, in use and in training alike."""

    def __init__(self, tagger: LacTagger, cues: Cues, lexicon: Lexicon) -> None:
        self.tagger = tagger
        self.cues = cues
        self.lexicon = lexicon

    @classmethod
    def open(
        cls,
        *,
        lexicon: Lexicon | None = None,
        gazetteer: Gazetteer | None = None,
        tagger: LacTagger | None = None,
    ) -> NameReader:
        """A reader over the package's own knowledge and tagger, or over what is given."""
        words = lexicon or default_lexicon()
        return cls(tagger or LacTagger.load(), Cues(words, gazetteer or Gazetteer.open()), words)

    def read(self, texts: Sequence[str]) -> list[ReadText]:
        """The texts in pieces; the tagger sees the pieces of all of them in few batches."""
        sentences = [split_sentences(text) for text in texts]
        parts = [
            [(start + at, part) for start, end in found for at, part in cut_long(text[start:end])]
            for text, found in zip(texts, sentences, strict=True)
        ]
        readings = iter(self.tagger.read([part for found in parts for _, part in found]))
        read = []
        for text, found, whole in zip(texts, parts, sentences, strict=True):
            own = [(start, start + len(part), next(readings)) for start, part in found]
            words = [Word(at + w.start, at + w.end, w.tag, w.score) for at, _, reading in own for w in reading.words]
            view = View(text, words, whole)
            programs = tuple(find_programs(view, self.lexicon))
            cues = self.cues.of(view, programs)
            pieces = tuple(Piece(start, end, one, cues[start:end]) for start, end, one in own)
            read.append(ReadText(view, pieces, programs))
        return read

    def find(self, recognizer: Recognizer, texts: Sequence[str]) -> list[list[Found]]:
        """The names and roles of each text, with offsets in the text."""
        return find_in(recognizer, self.read(texts))


def find_in(recognizer: Recognizer, read: Sequence[ReadText]) -> list[list[Found]]:
    """The names and roles of texts that were read, with offsets in each text."""
    pieces = [(one.text, piece) for one in read for piece in one.pieces]
    found = iter(
        recognizer.find(
            [text[piece.start : piece.end] for text, piece in pieces],
            [piece.reading for _, piece in pieces],
            [piece.cues for _, piece in pieces],
        )
    )
    return [
        [
            Found(piece.start + name.start, piece.start + name.end, name.type, name.score)
            for piece in one.pieces
            for name in next(found)
        ]
        for one in read
    ]
