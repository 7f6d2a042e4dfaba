"""What users hand in, checked and encoded: options, labels, groups, arrays, tokens, selections."""
