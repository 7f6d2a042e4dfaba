"""Arguments of users, checked and encoded: options, labels, groups, arrays, tokens and selections."""
