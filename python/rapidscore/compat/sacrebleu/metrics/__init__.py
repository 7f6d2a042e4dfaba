"""The API of `sacrebleu.metrics` (2.6.0): `BLEU`, `CHRF`, `TER` and their scores."""

from rapidscore.compat.sacrebleu.metrics.bleu import BLEU, BLEUScore
from rapidscore.compat.sacrebleu.metrics.chrf import CHRF, CHRFScore
from rapidscore.compat.sacrebleu.metrics.ter import TER, TERScore

__all__ = ["BLEU", "CHRF", "METRICS", "TER", "BLEUScore", "CHRFScore", "TERScore"]

METRICS = {"BLEU": BLEU, "CHRF": CHRF, "TER": TER}
