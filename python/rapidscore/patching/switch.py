"""Patched or not: which peers, and who asked for it."""

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
    """What is replaced in a peer."""

    peer: str
    state: str
    """`patched`, `waits for its import`, `not patched` or `not installed`."""
    version: str | None
    """The version that is installed."""
    tested: str
    """The version that was tested."""
    replaced: tuple[str, ...]
    """What is replaced now."""

    def __str__(self) -> str:
        version = "" if self.version is None else f" {self.version}"
        tested = "" if self.version in (None, self.tested) else f" (tested with {self.tested})"
        replaced = "".join(f"\n  {name}" for name in self.replaced)
        return f"{self.peer}{version}{tested}: {self.state}{replaced}"


class StatusReport(dict[str, Status]):
    """The status of each peer, by name; it prints one below the other."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.values()))


for _class in (Status, StatusReport):
    _class.__module__ = "rapidscore.patch"  # where users find them


class _Switch:
    """The state of all peers. Any number of threads may use it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        # Peers that patch() was called for, and the blocks that each is patched for.
        self._asked: set[str] = set()
        self._blocks: defaultdict[str, set[object]] = defaultdict(set)
        # By the full name of a module that is watched: itself, and what is replaced in it.
        self._installed: dict[str, tuple[Any, list[Installed]]] = {}
        self._watcher: Watcher | None = None
        # Whether a module is being patched, for which others may be imported.
        self._patching = False

    @property
    def _wanted(self) -> set[str]:
        return self._asked | {name for name, blocks in self._blocks.items() if blocks}

    def turn_on(self, names: tuple[str, ...], block: object | None = None) -> None:
        """Patch peers: until they are turned off, or for a block, which may be anything that is its own."""
        chosen = _chosen(names)
        with self._lock:
            new = [peer for peer in chosen if peer.name not in self._wanted]
            for peer in chosen:
                if block is None:
                    self._asked.add(peer.name)
                else:
                    self._blocks[peer.name].add(block)
            self._watch()
            self._poll()
        for peer in new:
            _check_version(peer)

    def turn_off(self, names: tuple[str, ...]) -> None:
        """Take back what is replaced in peers, whoever asked for it."""
        with self._lock:
            for peer in _chosen(names):
                self._asked.discard(peer.name)
                self._blocks.pop(peer.name, None)
            self._settle()

    def end_block(self, block: object) -> None:
        """End a block; peers that nobody else wants are taken back."""
        with self._lock:
            for blocks in self._blocks.values():
                blocks.discard(block)
            self._settle()

    def status(self) -> StatusReport:
        """Say what is replaced."""
        with self._lock:
            self._poll()
            return StatusReport({peer.name: self._status_of(peer) for peer in PEERS.values()})

    def forget_lock(self) -> None:
        """Make a new lock, in a child process whose parent may have held the old one."""
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

    def _poll(self) -> None:
        """Patch what is wanted, is there, and is not patched."""
        with self._lock:
            for name in self._wanted:
                for module in PEERS[name].modules:
                    there = sys.modules.get(module)
                    if there is None or self._installed.get(module, (None,))[0] is there:
                        continue
                    # A module that is being imported is not whole.
                    if not getattr(getattr(there, "__spec__", None), "_initializing", False):
                        self._imported(module)

    def _poll_unless_busy(self) -> None:
        """Do so at an import, which must not wait for a thread that may wait for this import."""
        if self._lock.acquire(blocking=False):
            try:
                if not self._patching:
                    self._poll()
            finally:
                self._lock.release()

    def _imported(self, module: str) -> None:
        """Replace what is to be replaced in a module that is there, or is there anew."""
        with self._lock:
            for name in self._wanted:
                make = PEERS[name].modules.get(module)
                if make is None:
                    continue
                restore(self._installed.pop(module, (None, []))[1])
                self._installed[module] = sys.modules[module], []
                outer, self._patching = self._patching, True
                try:
                    self._installed[module][1].extend(install(make()))
                except Exception as error:  # somebody's import is not to fail by this
                    warn(f"{module} could not be patched, and stays as it is: {error!r}")
                finally:
                    self._patching = outer

    def _settle(self) -> None:
        """Take back what nobody wants any more."""
        wanted = {module for name in self._wanted for module in PEERS[name].modules}
        for module in [module for module in self._installed if module not in wanted]:
            restore(self._installed.pop(module)[1])
        self._watch()

    def _watch(self) -> None:
        """Watch the modules of all peers that are wanted, and no others."""
        # When Python ends, there is none.
        if self._watcher and self._watcher in (sys.meta_path or ()):
            sys.meta_path.remove(self._watcher)
        self._watcher = None
        if self._wanted:
            names = [module for name in self._wanted for module in PEERS[name].modules]
            self._watcher = Watcher(names, self._imported, self._poll_unless_busy)
            sys.meta_path.insert(0, self._watcher)


def _chosen(names: tuple[str, ...]) -> list[Peer]:
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
            "scores with and without patch()"
        )


_switch = _Switch()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_switch.forget_lock)


def patch(*peers: str) -> None:
    """Put the fast functions into peers, those that are imported and those that will be.

    `peers` are some of `sacrebleu`, `rouge_score`, `jiwer`, `sklearn`, `fairlearn` and `nltk`; without, all that are
    installed. Results, their types and errors stay the peer's; arguments that are not covered go to the peer itself.
    Warnings are the same too, though those of scikit-learn point at the caller's line, and NLTK's are in other words.
    Code that calls a peer from within, other libraries too, needs no change, unless it has stored a function in a place
    of its own, other than as a module's name, before the call. Child processes that do not fork patch for themselves.

    Calling it again changes nothing. Any number of threads may call it. Raises `ValueError` for an unknown name, and
    warns of a version of a peer that was not tested.
    """
    _switch.turn_on(peers)


@public
def unpatch(*peers: str) -> None:
    """Take the fast functions out of peers again, of all without names. Raises `ValueError` for an unknown name."""
    _switch.turn_off(peers)


@public
class patched(contextlib.ContextDecorator):  # noqa: N801  # it is used as a function
    """Patch peers for the time of a `with` block, or of calls of a function. What was patched before stays so."""

    def __init__(self, *peers: str) -> None:
        _chosen(peers)
        self._peers = peers
        # One for each time that it was entered.
        self._blocks: list[object] = []

    def __enter__(self) -> None:
        """Patch."""
        block = object()
        try:
            _switch.turn_on(self._peers, block)
        except BaseException:
            # A warning may be an error.
            _switch.end_block(block)
            raise
        self._blocks.append(block)

    def __exit__(self, *_: object) -> None:
        """Take back what nobody else wants."""
        _switch.end_block(self._blocks.pop())


def status() -> Mapping[str, Status]:
    """Say for each peer whether it is patched, and what is replaced."""
    return _switch.status()
