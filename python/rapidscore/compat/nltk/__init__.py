"""What is to be had of NLTK 3.10.4."""

from rapidscore.compat.nltk import translate

__all__ = ["translate"]
