"""How much the tests search: a part by default, everything with `--exhaustive`.

Default runs draw a fifth of the examples of hypothesis and take every n-th item of long lists, always the same ones.
`conftest.py` sets `exhaustive` before any test module is imported.
"""

from hypothesis import settings

#: Whether pytest was started with `--exhaustive`.
exhaustive = False

_SHARE = 5


def examples(count):
    """Return hypothesis settings for `count` examples, or a fifth of them, but at least 10, by default."""
    return settings(max_examples=count if exhaustive else min(count, max(10, count // _SHARE)))


def thinned(items, step):
    """Return all items, or every `step`-th by default, as a list."""
    items = list(items)
    return items if exhaustive else items[::step]
