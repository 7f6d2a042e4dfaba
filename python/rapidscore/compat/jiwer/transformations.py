"""Chains of transforms to choose from, as jiwer 4.0.0's `jiwer.transformations` has them."""

from __future__ import annotations

from rapidscore.compat.jiwer import transforms as tr

__all__ = [
    "cer_contiguous",
    "cer_default",
    "wer_contiguous",
    "wer_default",
    "wer_standardize",
    "wer_standardize_contiguous",
]

_TRIM = (tr.RemoveMultipleSpaces(), tr.Strip())
_STANDARDIZE = (
    tr.ToLowerCase(),
    tr.ExpandCommonEnglishContractions(),
    tr.RemoveKaldiNonWords(),
    tr.RemoveWhiteSpace(replace_by_space=True),
)
_JOIN = tr.ReduceToSingleSentence()
_WORDS, _CHARACTERS = tr.ReduceToListOfListOfWords(), tr.ReduceToListOfListOfChars()

wer_default = tr.Compose([*_TRIM, _WORDS])
"""Words between spaces: what word error rates look at by default."""

wer_contiguous = tr.Compose([*_TRIM, _JOIN, _WORDS])
"""The words of all texts as of one, so that there may be more hypotheses than references, or fewer."""

wer_standardize = tr.Compose([*_STANDARDIZE, *_TRIM, _WORDS])
"""Words in lower case, with contractions written out and without what Kaldi puts in brackets."""

wer_standardize_contiguous = tr.Compose([*_STANDARDIZE, *_TRIM, _JOIN, _WORDS])
"""These words of all texts as of one."""

cer_default = tr.Compose([_TRIM[1], _CHARACTERS])
"""Characters, spaces included: what the character error rate looks at by default."""

cer_contiguous = tr.Compose([_TRIM[1], _JOIN, _CHARACTERS])
"""The characters of all texts as of one."""
