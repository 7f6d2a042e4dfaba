"""NLTK's API (3.10.4): `nltk.translate`."""

from rapidscore.compat.nltk import translate

__all__ = ["translate"]
