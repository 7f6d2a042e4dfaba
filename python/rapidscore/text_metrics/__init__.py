"""Metrics of texts: BLEU, chrF, TER, ROUGE, WER and CER, and what is done with their segments."""
