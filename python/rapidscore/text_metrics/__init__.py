"""Metrics of texts (BLEU, chrF, TER, ROUGE, WER and CER), prepared references, all pairs, and MBR decoding."""
