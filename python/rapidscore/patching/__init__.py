"""Replace functions of other packages by rapidscore's, and restore them.

- `peers/` lists what is replaced in each peer.
- `installing.py` replaces and restores attributes.
- `importing.py` waits for modules that are not imported yet.
- `switch.py` keeps track of which peers are patched, and for whom.
- `scripts.py` runs a script or a module with all peers patched.
"""

from rapidscore.patching.switch import Status, patch, patched, status, unpatch

__all__ = ["Status", "patch", "patched", "status", "unpatch"]
