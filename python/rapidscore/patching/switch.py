"""Patched or not: which peers, since when, and how many asked for it."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata

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


class _Switch:
    """The state of all peers. Any number of threads may use it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._wanted: set[str] = set()
        # By the full name of a module that is watched.
        self._installed: dict[str, list[Installed]] = {}
        self._watcher: Watcher | None = None

    def turn_on(self, names: tuple[str, ...]) -> set[str]:
        """Patch peers, and return those that were not before."""
        chosen = _chosen(names)
        with self._lock:
            new = [peer for peer in chosen if peer.name not in self._wanted]
            for peer in new:
                _check_version(peer)
                self._wanted.add(peer.name)
            self._watch()
            for peer in new:
                for module in peer.modules:
                    # Of a module that is being imported, the watcher is told when it is there.
                    spec = getattr(sys.modules.get(module), "__spec__", None)
                    if module in sys.modules and not getattr(spec, "_initializing", False):
                        self._imported(module)
            return {peer.name for peer in new}

    def turn_off(self, names: tuple[str, ...]) -> None:
        """Take back what is replaced in peers."""
        with self._lock:
            for peer in _chosen(names):
                self._wanted.discard(peer.name)
                for module in peer.modules:
                    restore(self._installed.pop(module, []))
            self._watch()

    def status(self) -> StatusReport:
        """Say what is replaced."""
        with self._lock:
            return StatusReport({peer.name: self._status_of(peer) for peer in PEERS.values()})

    def _status_of(self, peer: Peer) -> Status:
        version = _version(peer)
        installed = [one for module in peer.modules for one in self._installed.get(module, [])]
        if installed:
            state = "patched"
        elif version is None:
            state = "not installed"
        else:
            state = "waits for its import" if peer.name in self._wanted else "not patched"
        titles = dict.fromkeys(str(one.replacement) for one in installed)
        return Status(peer.name, state, version, peer.tested, tuple(titles))

    def _imported(self, module: str) -> None:
        """Replace what is to be replaced in a module that is there."""
        with self._lock:
            for peer in PEERS.values():
                if peer.name in self._wanted and module in peer.modules and module not in self._installed:
                    self._installed[module] = install(peer.modules[module]())

    def _watch(self) -> None:
        """Watch the modules of all peers that are wanted, and no others."""
        if self._watcher in sys.meta_path:
            sys.meta_path.remove(self._watcher)
        self._watcher = None
        if self._wanted:
            names = [module for name in self._wanted for module in PEERS[name].modules]
            self._watcher = Watcher(names, self._imported)
            sys.meta_path.insert(0, self._watcher)


def _chosen(names: tuple[str, ...]) -> list[Peer]:
    for name in names:
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


def patch(*peers: str) -> None:
    """Put the fast functions into peers, those that are imported and those that will be.

    `peers` are some of `sacrebleu`, `rouge_score`, `jiwer`, `sklearn`, `fairlearn` and `nltk`; without, all that are
    installed. Results, their types, warnings and errors stay the peer's; arguments that are not covered go to the peer
    itself. Code that calls a peer from within, other libraries too, needs no change, unless it has stored a function
    in a place of its own, other than as a module's name, before the call.

    Calling it again changes nothing. Any number of threads may call it. Raises `ValueError` for an unknown name, and
    warns of a version of a peer that was not tested.
    """
    _switch.turn_on(peers)


def unpatch(*peers: str) -> None:
    """Take the fast functions out of peers again, of all without names. Raises `ValueError` for an unknown name."""
    _switch.turn_off(peers)


@contextlib.contextmanager
def patched(*peers: str) -> Iterator[None]:
    """Patch peers for the time of a `with` block. What was patched before stays so."""
    new = _switch.turn_on(peers)
    try:
        yield
    finally:
        if new:
            _switch.turn_off(tuple(new))


def status() -> Mapping[str, Status]:
    """Say for each peer whether it is patched, and what is replaced."""
    return _switch.status()
