"""The version that is followed."""

from rapidscore.text_metrics.bleu import SACREBLEU_VERSION

#: As signatures give it.
__version__ = SACREBLEU_VERSION
