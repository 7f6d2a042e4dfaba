"""The rows of the benchmark by name."""

from __future__ import annotations

from collections.abc import Callable

import library
from harness import Line, Run
from suites import (
    classification,
    documents,
    drop_ins,
    evaluate,
    groups,
    pairwise,
    patching,
    perplexity,
    resampling,
    rouge,
    sacrebleu,
    single,
    texts,
)

# "threads" is last, because it sets the number of threads, which is the default before.
ROWS: dict[str, Callable[[Run], list[Line]]] = {
    "bleu": texts.corpus_bleu,
    "bleu-segments": texts.segment_bleu,
    "nltk": texts.nltk_bleu,
    "chrf": texts.chrf,
    "chrf++": texts.chrf_words,
    "ter": texts.ter,
    "wer": texts.wer,
    "cer": texts.cer,
    "rouge": rouge.rouge,
    "rouge-stemmed": rouge.stemmed_rouge,
    "long": documents.long_documents,
    "long-edits": documents.long_edits,
    "single": single.single_pair,
    "classes": classification.classes,
    "weighted": classification.weighted,
    "stream": classification.stream,
    "names": classification.names,
    "small": classification.small,
    "fairness": classification.fairness,
    "groups": groups.rows,
    "logits": perplexity.logits,
    "log_probs": perplexity.log_probs,
    "logits_memory": library.logits_memory,
    "pairwise": pairwise.all_pairs,
    "pairwise_memory": pairwise.pairwise_memory,
    "prepared": pairwise.prepared,
    "intervals": resampling.rows,
    "patch": patching.rows,
    "drop-ins": drop_ins.rows,
    "sacrebleu": sacrebleu.rows,
    "evaluate": evaluate.rows,
    "import": library.import_time,
    "memory": library.corpus_memory,
    "threads": library.two_threads,
}
