"""The version of sacrebleu that this package follows."""

from rapidscore.text_metrics.bleu import SACREBLEU_VERSION

#: Signatures show this version.
__version__ = SACREBLEU_VERSION
