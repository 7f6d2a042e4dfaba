"""Keep track of which peers are patched, and for whom; patch and restore them."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from rapidscore._public import public
from rapidscore.patching.importing import Watcher
from rapidscore.patching.installing import Installed, install, restore
from rapidscore.patching.peers import PEERS, Peer
from rapidscore.warning import warn


@dataclass(frozen=True)
class Status:
    """Whether a peer is patched, and what is replaced in it. `str()` shows it as text."""

    peer: str
    """The name by which the peer is imported."""
    state: str
    """`patched`, `waits for its import`, `not patched` or `not installed`."""
    version: str | None
    """The installed version; None if the peer is not installed."""
    tested: str
    """The version that rapidscore was tested with."""
    replaced: tuple[str, ...]
    """The names of the functions and methods that are replaced now."""

    def __str__(self) -> str:
        version = "" if self.version is None else f" {self.version}"
        tested = "" if self.version in (None, self.tested) else f" (tested with {self.tested})"
        replaced = "".join(f"\n  {name}" for name in self.replaced)
        return f"{self.peer}{version}{tested}: {self.state}{replaced}"


class StatusReport(dict[str, Status]):
    """The status of each peer, by name. `str()` shows the peers on consecutive lines."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.values()))


for _class in (Status, StatusReport):
    _class.__module__ = "rapidscore.patch"  # the path that users import


class _Switch:
    """The state of all peers. Any number of threads may use it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        # Names of peers that patch() was called for.
        self._patched_for_good: set[str] = set()
        # By the name of a peer: the `with` blocks for which it is patched.
        self._blocks: defaultdict[str, set[object]] = defaultdict(set)
        # By the full name of a watched module: the module, and what is replaced in it.
        self._installed: dict[str, tuple[Any, list[Installed]]] = {}
        self._watcher: Watcher | None = None
        # Whether a module is being patched now, which may import other modules.
        self._patching = False

    @property
    def _wanted(self) -> set[str]:
        """Names of the peers that are to be patched."""
        return self._patched_for_good | {name for name, blocks in self._blocks.items() if blocks}

    def turn_on(self, names: tuple[str, ...], block: object | None = None) -> None:
        """Patch peers: until `turn_off`, or until the end of a block, which any unique object identifies."""
        peers = _peers(names)
        with self._lock:
            new = [peer for peer in peers if peer.name not in self._wanted]
            for peer in peers:
                if block is None:
                    self._patched_for_good.add(peer.name)
                else:
                    self._blocks[peer.name].add(block)
            self._watch()
            self._patch_imported()
        for peer in new:
            _check_version(peer)

    def turn_off(self, names: tuple[str, ...]) -> None:
        """Restore peers, whoever patched them."""
        with self._lock:
            for peer in _peers(names):
                self._patched_for_good.discard(peer.name)
                self._blocks.pop(peer.name, None)
            self._restore_unwanted()

    def end_block(self, block: object) -> None:
        """End a block; restore peers that are patched for this block alone."""
        with self._lock:
            for blocks in self._blocks.values():
                blocks.discard(block)
            self._restore_unwanted()

    def status(self) -> StatusReport:
        """Return the status of all peers."""
        with self._lock:
            self._patch_imported()
            return StatusReport({peer.name: self._status_of(peer) for peer in PEERS.values()})

    def renew_lock(self) -> None:
        """Make a new lock, in a child process whose parent may have held the old one when it forked."""
        self._lock = threading.RLock()

    def _status_of(self, peer: Peer) -> Status:
        version = _version(peer)
        installed = [one for module in peer.modules for one in self._installed.get(module, (None, []))[1]]
        if installed:
            state = "patched"
        elif version is None:
            state = "not installed"
        else:
            state = "waits for its import" if peer.name in self._wanted else "not patched"
        titles = dict.fromkeys(str(one.replacement) for one in installed)
        return Status(peer.name, state, version, peer.tested, tuple(titles))

    def _patch_imported(self) -> None:
        """Patch the modules of wanted peers that are imported and not patched yet."""
        with self._lock:
            for peer_name in self._wanted:
                for module_name in PEERS[peer_name].modules:
                    module = sys.modules.get(module_name)
                    if module is None or self._installed.get(module_name, (None,))[0] is module:
                        continue
                    # A module that is still being imported is incomplete.
                    if not getattr(getattr(module, "__spec__", None), "_initializing", False):
                        self._patch_module(module_name)

    def _patch_imported_unless_busy(self) -> None:
        """Patch imported modules, unless a thread holds the lock, or a module is being patched.

        This is called at an import, which must not wait for a thread that may itself wait for the import.
        """
        if self._lock.acquire(blocking=False):
            try:
                if not self._patching:
                    self._patch_imported()
            finally:
                self._lock.release()

    def _patch_module(self, module_name: str) -> None:
        """Patch a module that has been imported, possibly for the second time, if its peer is wanted."""
        with self._lock:
            for peer_name in self._wanted:
                replacements = PEERS[peer_name].modules.get(module_name)
                if replacements is None:
                    continue
                restore(self._installed.pop(module_name, (None, []))[1])
                self._installed[module_name] = sys.modules[module_name], []
                outer, self._patching = self._patching, True
                try:
                    self._installed[module_name][1].extend(install(replacements()))
                except Exception as error:  # a user's import must not fail because of patching
                    warn(f"{module_name} could not be patched, and stays as it is: {error!r}")
                finally:
                    self._patching = outer

    def _restore_unwanted(self) -> None:
        """Restore the modules of peers that are no longer wanted."""
        wanted = {module for name in self._wanted for module in PEERS[name].modules}
        for module in [module for module in self._installed if module not in wanted]:
            restore(self._installed.pop(module)[1])
        self._watch()

    def _watch(self) -> None:
        """Watch the imports of the modules of all wanted peers, and no others."""
        # sys.meta_path is None when Python shuts down.
        if self._watcher and self._watcher in (sys.meta_path or ()):
            sys.meta_path.remove(self._watcher)
        self._watcher = None
        if self._wanted:
            names = [module for name in self._wanted for module in PEERS[name].modules]
            self._watcher = Watcher(names, self._patch_module, self._patch_imported_unless_busy)
            sys.meta_path.insert(0, self._watcher)


def _peers(names: tuple[str, ...]) -> list[Peer]:
    """Return the peers with these names; all peers if there are no names."""
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"name peers one by one, as str, not {name!r} ({type(name).__name__})")
        if name not in PEERS:
            raise ValueError(f"unknown peer {name!r}: choose from {', '.join(PEERS)}")
    return [PEERS[name] for name in names or PEERS]


def _version(peer: Peer) -> str | None:
    try:
        return metadata.version(peer.distribution)
    except metadata.PackageNotFoundError:
        return None


def _check_version(peer: Peer) -> None:
    version = _version(peer)
    if version not in (None, peer.tested):
        warn(
            f"{peer.distribution} {version} is installed, and rapidscore was tested with {peer.tested}: compare a few "
            "scores with and without patch(), or install the tested version"
        )


_switch = _Switch()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_switch.renew_lock)


def patch(*peers: str) -> None:
    """Replace functions of other packages, the peers, by rapidscore's fast functions of the same names.

    Peers that are imported later are patched when they are imported. Results, their types and errors stay the peer's;
    arguments that rapidscore does not cover go to the peer itself. Warnings stay too, but scikit-learn's point at the
    caller's line, and NLTK's are worded differently.

    Code that calls a peer needs no change, including code of other libraries. The exception is a function that was
    stored before the call elsewhere than in a global name of a module. Child processes that are spawned, not forked,
    must call `patch` themselves.

    A second call changes nothing. Any number of threads may call `patch`.

    Parameters
    ----------
    *peers : str
        Some of `sacrebleu`, `rouge_score`, `jiwer`, `sklearn`, `fairlearn` and `nltk`; without names, all that are
        installed.

    Raises
    ------
    ValueError
        For an unknown name.
    TypeError
        For a name that is not a `str`.

    Warns
    -----
    UserWarning
        If the installed version of a peer is not the version that rapidscore was tested with, or if a peer cannot be
        patched.

    See Also
    --------
    patched : patch for the duration of a `with` block.
    unpatch : restore the peers' functions.

    Examples
    --------
    >>> import rapidscore
    >>> import sklearn.metrics
    >>> rapidscore.patch("sklearn")
    >>> sklearn.metrics.f1_score([0, 1, 1], [0, 1, 0])
    0.6666666666666666
    >>> rapidscore.patch.status()["sklearn"].state
    'patched'
    >>> rapidscore.unpatch("sklearn")

    """
    _switch.turn_on(peers)


@public
def unpatch(*peers: str) -> None:
    """Restore the peers' functions, whoever replaced them: `patch` or `patched`.

    Functions that other code has replaced in the meantime stay as they are.

    Parameters
    ----------
    *peers : str
        The names of peers, as in `patch`; without names, all.

    Raises
    ------
    ValueError
        For an unknown name.
    TypeError
        For a name that is not a `str`.

    Examples
    --------
    >>> import rapidscore
    >>> rapidscore.patch()
    >>> rapidscore.unpatch("sklearn")
    >>> rapidscore.patch.status()["sklearn"].state
    'not patched'
    >>> rapidscore.unpatch()

    """
    _switch.turn_off(peers)


@public
class patched(contextlib.ContextDecorator):  # noqa: N801  # it is used as a function
    """Patch peers for the duration of a `with` block, or of the calls of a decorated function.

    Peers that were patched before stay patched afterwards. Blocks may be nested, and may overlap in several threads.

    Parameters
    ----------
    *peers : str
        The names of peers, as in `patch`; without names, all.

    Raises
    ------
    ValueError
        For an unknown name.
    TypeError
        For a name that is not a `str`.

    Examples
    --------
    >>> import rapidscore
    >>> import sklearn.metrics
    >>> with rapidscore.patched("sklearn"):
    ...     sklearn.metrics.accuracy_score([0, 1, 1], [0, 1, 0])
    0.6666666666666666
    >>> rapidscore.patch.status()["sklearn"].state
    'not patched'

    """

    def __init__(self, *peers: str) -> None:
        _peers(peers)
        self._peers = peers
        # One for each time that this object was entered.
        self._blocks: list[object] = []

    def __enter__(self) -> None:
        """Patch the peers."""
        block = object()
        try:
            _switch.turn_on(self._peers, block)
        except BaseException:
            # The warning about a version may be turned into an error.
            _switch.end_block(block)
            raise
        self._blocks.append(block)

    def __exit__(self, *_: object) -> None:
        """Restore the peers that are patched for this block alone."""
        _switch.end_block(self._blocks.pop())


def status() -> Mapping[str, Status]:
    """Return for each peer whether it is patched, and what is replaced in it.

    Returns
    -------
    Mapping[str, Status]
        By the name of the peer. `str()` shows it as text.

    Examples
    --------
    >>> import rapidscore
    >>> rapidscore.patch.status()["jiwer"].state
    'not patched'

    """
    return _switch.status()
