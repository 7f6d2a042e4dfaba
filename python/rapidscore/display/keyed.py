"""Results that have parts by name, such as groups or intervals."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any, ClassVar, Generic, TypeVar

from rapidscore.display.result import Result

KeyT = TypeVar("KeyT")
ValueT_co = TypeVar("ValueT_co", covariant=True)


class KeyedResult(Result, Generic[KeyT, ValueT_co]):
    """A result with the methods of a dict for reading.

    It is no `collections.abc.Mapping`, of which polars would make a data frame with a column for each key.
    """

    __slots__ = ()

    _part: ClassVar[str] = "value"
    """What a part is called in messages."""

    def _parts(self) -> Mapping[KeyT, ValueT_co]:
        """Return the parts by name."""
        raise NotImplementedError

    def __getitem__(self, key: KeyT) -> ValueT_co:
        parts = self._parts()
        try:
            return parts[key]
        except (KeyError, TypeError):
            # Or a key that no dict can have, such as a list.
            raise KeyError(f"there is no {self._part} {key!r}: choose from {', '.join(map(str, parts))}") from None

    def __iter__(self) -> Iterator[KeyT]:
        return iter(self._parts())

    def __len__(self) -> int:
        return len(self._parts())

    def __contains__(self, key: object) -> bool:
        try:
            self[key]  # type: ignore[index]  # any key may be asked for
        except KeyError:
            return False
        return True

    def keys(self) -> KeysView[KeyT]:
        """Return the names of the parts."""
        return KeysView(self)

    def values(self) -> ValuesView[ValueT_co]:
        """Return the parts."""
        return ValuesView(self)

    def items(self) -> ItemsView[KeyT, ValueT_co]:
        """Return the names and the parts."""
        return ItemsView(self)

    def get(self, key: object, default: Any = None) -> Any:
        """Return a part, or `default` if there is no such part."""
        try:
            return self[key]  # type: ignore[index]  # as above
        except KeyError:
            return default

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, KeyedResult | Mapping):
            return NotImplemented
        return dict(self.items()) == dict(other.items())

    __hash__ = None  # type: ignore[assignment]  # as for a dict
