"""Texts with features, for scores by group."""

from support.metrics import many, score_bits

TEXTS, TEXT_REFERENCES = many(60)
METHODS = ("between_groups", "to_overall")
SEX = ["F", "M", "X"] * 20
OLD = [True, False, False, True, True] * 12


def bits(groups):
    """Return all values of scores by group."""
    return (
        groups.features,
        {key: score_bits(score) for key, score in groups.items()},
        {key: total.to_bytes() for key, total in groups.totals.items()},
        groups.sizes,
        groups.empty,
        score_bits(groups.overall),
        groups.overall_total.to_bytes(),
    )
