"""Predefined chains of transforms, as in `jiwer.transformations` of jiwer 4.0.0."""

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
"""Words between spaces: the default of word error rates."""

wer_contiguous = tr.Compose([*_TRIM, _JOIN, _WORDS])
"""The words of all texts joined to one, so that the numbers of references and hypotheses may differ."""

wer_standardize = tr.Compose([*_STANDARDIZE, *_TRIM, _WORDS])
"""Words in lower case, with contractions expanded and without Kaldi's non-words in brackets."""

wer_standardize_contiguous = tr.Compose([*_STANDARDIZE, *_TRIM, _JOIN, _WORDS])
"""The words of `wer_standardize`, of all texts joined to one."""

cer_default = tr.Compose([_TRIM[1], _CHARACTERS])
"""Characters, spaces included: the default of the character error rate."""

cer_contiguous = tr.Compose([_TRIM[1], _JOIN, _CHARACTERS])
"""The characters of all texts joined to one."""
