"""Calls with and without `patch()`."""

import rapidscore


def both(call):
    """Return what a call returns without and with everything patched."""
    before = call()
    with rapidscore.patched():
        after = call()
    return before, after
