"""Keep track of which peers are patched, and for whom; patch and restore them."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from types import FrameType
from typing import Any

from rapidscore._public import public
from rapidscore.patching.importing import Watcher, call_when_imported
from rapidscore.patching.installing import Installed, Replacement, install, restore
from rapidscore.patching.peers import PEERS, Peer
from rapidscore.warning import warn


@dataclass(frozen=True)
class Status:
    """Whether a peer is patched, and what is replaced in it. `str()` shows it as text."""

    peer: str
    """The name by which the peer is imported."""
    state: str
    """`patched`, `waits for its import`, `not patched`, `could not be patched` or `not installed`."""
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


#: How often a module is tried to be patched: other threads may change it meanwhile.
_ATTEMPTS = 3

#: The wish of `patch()`, which no block ends.
_FOR_GOOD = object()


@dataclass
class _Module:
    """A module of a peer that is imported, and what is replaced in it."""

    module: Any
    installed: list[Installed] = field(default_factory=list)
    is_patched: bool = False
    """Whether all replacements have been made."""
    failure: Exception | None = None
    """Why they could not be made."""


class _Switch:
    """The state of all peers. Any number of threads may use it, and signal handlers that interrupt it.

    Callers note their wishes, and then call `_settle`, which makes the modules agree with all wishes. A wish is noted
    in one step that no thread and no signal handler can interrupt.
    """

    def __init__(self) -> None:
        # By the name of a peer: for whom it is patched.
        self._wishes: dict[str, set[object]] = {name: set() for name in PEERS}
        # Full names of watched modules that were imported, for the first time or again, since they were last patched.
        self._loaded: set[str] = set()
        # By the full name of a watched module.
        self._modules: dict[str, _Module] = {}
        self._watcher = Watcher(self._module_imported, self._before_import)
        self.renew_lock()

    def renew_lock(self) -> None:
        """Make a new lock, in a child process whose parent may have held the old one when it forked."""
        self._lock = threading.RLock()
        # The frame that is settling, and whether wishes or imports may have changed since it began.
        self._settling: FrameType | None = None
        self._is_due = False

    def turn_on(self, names: tuple[str, ...], block: object = _FOR_GOOD) -> None:
        """Patch peers: until `turn_off`, or until the end of a block, which any unique object identifies."""
        peers = _peers(names)
        new = [peer for peer in peers if not self._wishes[peer.name]]
        for peer in peers:
            self._wishes[peer.name].add(block)
            # What could not be patched is tried again.
            self._loaded.update(name for name in peer.modules if self._failure_of(name))
        self._settle()
        for peer in new:
            _check_version(peer)

    def turn_off(self, names: tuple[str, ...]) -> None:
        """Restore peers, whoever patched them."""
        for peer in _peers(names):
            self._wishes[peer.name].clear()
        self._settle()

    def end_block(self, block: object) -> None:
        """End a block; restore peers that are patched for this block alone."""
        for blocks in self._wishes.values():
            blocks.discard(block)
        self._settle()

    def status(self) -> StatusReport:
        """Return the status of all peers."""
        self._settle()
        return StatusReport({peer.name: self._status_of(peer) for peer in PEERS.values()})

    def _status_of(self, peer: Peer) -> Status:
        version = _version(peer)
        modules = [self._modules[name] for name in peer.modules if name in self._modules]
        standing = [one for module in modules for one in module.installed if one.stands]
        if any(module.failure for module in modules):
            state = "could not be patched"
        elif standing:
            state = "patched"
        elif version is None:
            state = "not installed"
        elif self._wishes[peer.name] and not modules:
            state = "waits for its import"
        else:
            state = "not patched"
        titles = dict.fromkeys(str(one.replacement) for one in standing)
        return Status(peer.name, state, version, peer.tested, tuple(titles))

    def _failure_of(self, name: str) -> Exception | None:
        return self._modules[name].failure if name in self._modules else None

    def _before_import(self) -> None:
        self._settle(waits=False)

    def _module_imported(self, name: str) -> None:
        # It is not there if its import failed.
        if name in sys.modules:
            self._loaded.add(name)
        self._settle(waits=False)

    def _settle(self, *, waits: bool = True) -> None:
        """Patch and restore modules as they are wanted.

        An import does not wait for the thread that is settling, which may itself wait for the import. That thread then
        goes on until nothing is due. Nor does a call within this one wait: by an import while a module is patched, or
        by a signal handler.
        """
        self._is_due = True
        # A process that is forked within this call gets a new lock.
        lock = self._lock
        while self._is_due and lock.acquire(blocking=waits):
            try:
                if _is_running(self._settling):
                    return
                self._settle_while_due()
            finally:
                lock.release()

    def _settle_while_due(self) -> None:
        self._settling = sys._getframe()
        try:
            while self._is_due:
                self._is_due = False
                self._settle_modules()
        except BaseException:
            self._is_due = True
            raise
        finally:
            self._settling = None

    def _settle_modules(self) -> None:
        wanted = {
            name: replacements
            for peer, blocks in self._wishes.items()
            if blocks
            for name, replacements in PEERS[peer].modules.items()
        }
        for name in self._modules.keys() - wanted.keys():
            self._restore(name)
        for name in self._loaded.copy() - wanted.keys():
            self._loaded.discard(name)
        # Watched first: of a module that is imported meanwhile, either its name is found here or its import is seen.
        self._watch(frozenset(wanted))
        for name, replacements in wanted.items():
            module = sys.modules.get(name)
            if module is None or (name not in self._loaded and self._is_settled(name, module)):
                continue
            # Its import may have begun before it was watched.
            if name not in self._loaded and call_when_imported(module, self._module_imported):
                continue
            self._loaded.discard(name)
            self._restore(name)
            self._patch(name, module, replacements)

    def _is_settled(self, name: str, module: Any) -> bool:
        """Return whether this is the module that was patched, or that could not be patched."""
        known = self._modules.get(name)
        return known is not None and known.module is module and (known.is_patched or known.failure is not None)

    def _patch(self, name: str, module: Any, replacements: Callable[[], Iterable[Replacement]]) -> None:
        patched = self._modules[name] = _Module(module)
        for attempt in range(_ATTEMPTS):
            try:
                install(replacements(), patched.installed)
                patched.is_patched = True
                return
            except Exception as error:  # a user's import must not fail because of patching
                restore(patched.installed)
                patched.installed.clear()
                if attempt == _ATTEMPTS - 1:
                    patched.failure = error
        warn(f"{name} could not be patched, and stays as it is: {patched.failure!r}")

    def _restore(self, name: str) -> None:
        if name in self._modules:
            restore(self._modules[name].installed)
            del self._modules[name]

    def _watch(self, names: frozenset[str]) -> None:
        """Watch the imports of these modules, and no others."""
        self._watcher.names = names
        # It is None when Python shuts down.
        finders = sys.meta_path or []
        if names and self._watcher not in finders:
            finders.insert(0, self._watcher)
        elif not names and self._watcher in finders:
            # A new list: another thread, going through this one, would skip a finder if one before it were removed.
            sys.meta_path = [finder for finder in finders if finder is not self._watcher]


def _is_running(frame: FrameType | None) -> bool:
    """Return whether a frame is among the callers. It is not if an exception has ended it, wherever it was."""
    caller: FrameType | None = sys._getframe(1)
    while caller is not None and caller is not frame:
        caller = caller.f_back
    return caller is not None


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
