"""The decorators of public names and of results, and the metrics by name."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

if TYPE_CHECKING:
    from rapidscore.metric import Metric

T = TypeVar("T")

#: The classes of metrics by name, to read bytes of totals; `Metric` adds each class when it is defined.
METRICS: dict[str, type[Metric[Any]]] = {}


def public(definition: T) -> T:
    """Set the module of a class or function to `rapidscore`, as NumPy and polars do.

    Pickles, tracebacks and documentation then show the path that users import, independent of the file. This decorator
    must stand above `dataclass`, which resolves annotations in the module of the class.
    """
    definition.__module__ = "rapidscore"
    return definition


def has_key(items: Container[Any], key: Any) -> bool:
    """Return whether a key is there; one that no mapping can have, such as a list or an array, is not."""
    try:
        return key in items
    except (TypeError, ValueError):
        return False


def unchangeable(result: T) -> T:
    """Let a class of results refuse to set or delete items, and attributes too if it is a frozen dataclass.

    A base class would do the same, but then creating an object of a dataclass takes longer.
    """
    added: Any = result
    added.__setitem__ = _refuse_item
    added.__delitem__ = _refuse_item
    if "__setattr__" in added.__dict__:
        # What dataclass makes for a class with slots fails for names that are no fields, without a reason.
        added.__setattr__ = added.__delattr__ = _refuse_attribute
    return result


_REMEDY = "results do not change, so change a copy of what they hold"


def _refuse_item(result: Any, key: Any, *value: Any) -> NoReturn:
    done = "set" if value else "deleted"
    raise TypeError(f"{type(result).__name__}[{key!r}] cannot be {done}: {_REMEDY}")


def _refuse_attribute(result: Any, name: str, *value: Any) -> NoReturn:
    done = "set" if value else "deleted"
    raise FrozenInstanceError(f"{type(result).__name__}.{name} cannot be {done}: {_REMEDY}")
