"""Names of parameters in test ids."""

import re


def plain(value):
    """Return the `repr` of a value without addresses, which differ between the processes of pytest-xdist."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
