"""What puts the fast functions into peers, and takes them out again.

`peers/` says for each peer what is replaced; `installing.py` replaces and restores attributes; `importing.py` waits for
modules that are not imported yet; `scripts.py` runs a script or a module with all that in place.
"""

from rapidscore.patching.switch import Status, patch, patched, status, unpatch

__all__ = ["Status", "patch", "patched", "status", "unpatch"]
