"""The data of the browser of segments in a report: which segments, with texts, scores, groups and alignments."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore.display.data import json_in_html
from rapidscore.display.text import decimals_of
from rapidscore.text_metrics.error_rate import CER, WER

if TYPE_CHECKING:
    from rapidscore.segments.measured import MeasuredSegments
    from rapidscore.text_metrics.alignment import Operation

#: The most segments in a report, the most bytes of their data, and of these for the extremes.
_MOST_ROWS = 5_000
_MOST_BYTES = 5_000_000
_MOST_EXTREMES = 2_500
#: How many extremes of each kind there are, the first number that fits.
_EXTREMES = (50, 20, 10, 5, 2, 1)
#: Longer texts are cut off in the report, and more so where the extremes alone would be too large.
_LONGEST = (5_000, 1_000, 200)
_SEED = 12345

#: Letters of scripts without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, Japanese and Chinese.
_UNSPACED = (("\u0e00", "\u109f"), ("\u1780", "\u17ff"), ("\u3040", "\u30ff"), ("\u3400", "\u9fff"))

_KINDS = {"equal": "=", "substitute": "s", "insert": "i", "delete": "d"}


class SegmentBrowser:
    """Rows of data, made when they are chosen."""

    def __init__(self, measured: MeasuredSegments, first: int) -> None:
        self._measured = measured
        self._first = first
        self._systems = [*measured.statistics]
        self._scores = {value: [measured.scores(system, value) for system in self._systems] for value in measured.shown}
        beginning = [measured.at(position) for position in range(min(1000, len(measured)))]
        self._is_by_characters = _is_by_characters([text for row in beginning for text in row.references[:1]])
        self._empty()

    def _empty(self, longest: int = _LONGEST[0]) -> None:
        """Make no row yet, and cut off longer texts."""
        self._longest = longest
        self._is_cut = False
        self._rows: dict[int, dict[str, Any]] = {}
        self._sizes: dict[int, int] = {}

    def data(self, systems: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the data, as the script of the report reads it; `systems` are the names to show."""
        positions, note = self._chosen()
        rows = [self._row(at) for at in positions]
        groups = []
        for name, labels in self._measured.groups(positions).items():
            texts = [*dict.fromkeys(map(str, labels))]
            places = {text: place for place, text in enumerate(texts)}
            groups.append({"name": name, "labels": texts})
            for row, label in zip(rows, labels, strict=True):
                row["groups"].append(places[str(label)])
        if any(any(row["runs"]) for row in rows):
            unit = "characters" if self._is_by_characters else "words"
            note += f" Underlined {unit} are wrong, and those struck through are missing, by an alignment as for "
            note += f"{'CER' if self._is_by_characters else 'WER'} with the first reference."
        if self._is_cut:
            note += f" Texts of more than {self._longest:,} characters are cut off here."
        values = self._measured.values
        return {
            "note": note,
            "systems": [*(systems or self._systems)],
            "values": [
                {
                    "name": value,
                    "decimals": decimals_of(values[value].name),
                    "higher_is_better": self._measured.is_higher_better(value),
                }
                for value in self._measured.shown
            ],
            "groups": groups,
            "characters": self._is_by_characters,
            "rows": rows,
        }

    def _chosen(self) -> tuple[list[int], str]:
        """Return the positions of the segments in the report, and a sentence that says which they are."""
        count = len(self._measured)
        if count <= _MOST_ROWS and self._size([*range(count)]) <= _MOST_BYTES:
            return [*range(count)], f"All {count:,} segments."
        chosen, extremes = self._fitting_extremes()
        size = self._size([*chosen])
        for at in np.random.default_rng(_SEED).permutation(count).tolist():
            if len(chosen) >= _MOST_ROWS or size > _MOST_BYTES:
                break
            if at not in chosen:
                chosen.add(at)
                size += self._size([at])
        kinds = f"the {extremes} worst and best of each system by each score"
        if len(self._systems) > 1:
            kinds += f", the {extremes} largest gains and losses against {self._systems[0]}"
        note = f"{len(chosen):,} of {count:,} segments: {kinds}, and others drawn at random (seed {_SEED})."
        return sorted(chosen), note

    def _fitting_extremes(self) -> tuple[set[int], int]:
        """Return the positions of as many extremes as fit, and how many there are of each kind."""
        for longest in _LONGEST:
            self._empty(longest)
            for extremes in _EXTREMES:
                chosen = self._extremes(extremes)
                if len(chosen) <= _MOST_EXTREMES and self._size([*chosen]) <= _MOST_BYTES:
                    return chosen, extremes
        return set(), 0

    def _extremes(self, number: int) -> set[int]:
        """Return the positions of the lowest and highest scores and differences."""
        found: set[int] = set()
        for scores in self._scores.values():
            with np.errstate(invalid="ignore"):
                differences = [scores[at] - scores[0] for at in range(1, len(scores))]
            for numbers in (*scores, *differences):
                known = len(numbers) - int(np.isnan(numbers).sum())
                for of_numbers in (numbers, -numbers):
                    # NaN comes last.
                    found |= {*np.argsort(of_numbers, kind="stable")[: min(number, known)].tolist()}
        return found

    def _size(self, positions: Sequence[int]) -> int:
        """Return the number of bytes that the data of segments take in the page."""
        for at in positions:
            if at not in self._sizes:
                self._sizes[at] = len(json_in_html(self._row(at)).encode("utf-8", "backslashreplace"))
        return sum(self._sizes[at] for at in positions)

    def _row(self, at: int) -> dict[str, Any]:
        if at in self._rows:
            return self._rows[at]
        texts = self._measured.at(at)
        references = [self._cut(text) for text in texts.references]
        predictions = [self._cut(texts.predictions.get(system)) for system in self._systems]
        self._rows[at] = {
            "number": at + self._first,
            "groups": [],
            "scores": [[_shown(float(one[at])) for one in of_value] for of_value in self._scores.values()],
            "references": references,
            "texts": predictions,
            "runs": [self._runs(text, references, texts.are_texts) for text in predictions],
            "more": [(name, self._cut(text)) for name, text in texts.more.items()],
        }
        return self._rows[at]

    def _cut(self, text: str | None) -> str | None:
        if text is None or len(text) <= self._longest:
            return text
        self._is_cut = True
        return f"{text[: self._longest]} …"

    def _runs(self, prediction: str | None, references: Sequence[str | None], are_texts: bool) -> str | None:
        """Return the runs of the alignment with the first reference: for each its kind, and its number of tokens.

        Tokens are missing in the prediction (`d`), not in the reference (`i`), or on both sides (`=` and `s`).
        """
        if prediction is None or not references or not are_texts or references[0] is None:
            return None
        metric = CER() if self._is_by_characters else WER()
        runs = metric.alignment(prediction, references[0]).operations
        return "".join(f"{_KINDS[run.type]}{_length(run)}" for run in runs)


def _length(run: Operation) -> int:
    return max(run.prediction_end - run.prediction_start, run.reference_end - run.reference_start)


def _shown(score: float) -> float | str | None:
    """Return a score as JSON can hold it: infinity as text, and NaN as None."""
    if isnan(score):
        return None
    return round(score, 6) if isfinite(score) else "inf" if score > 0 else "-inf"


def _is_by_characters(texts: Sequence[str]) -> bool:
    """Return whether most letters are of scripts without spaces between words."""
    letters = [letter for text in texts for letter in text if letter.isalpha()]
    return 2 * sum(any(low <= letter <= high for low, high in _UNSPACED) for letter in letters) > len(letters)
