"""Slow and obvious implementations to compare with."""

from collections import Counter


def ngrams(tokens, order):
    return Counter(tuple(tokens[at : at + order]) for at in range(len(tokens) - order + 1))


def matches(hypothesis, references, order):
    """Count clipped matches: an n-gram counts at most as often as in the reference in which it is most frequent."""
    most = Counter()
    for reference in references:
        most |= ngrams(reference, order)
    return (ngrams(hypothesis, order) & most).total()


def lcs(a, b):
    """Return the length of the longest common subsequence."""
    row = [0] * (len(b) + 1)
    for x in a:
        before = row
        row = [0]
        for at, y in enumerate(b):
            row.append(before[at] + 1 if x == y else max(before[at + 1], row[at]))
    return row[-1]
