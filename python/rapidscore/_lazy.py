"""What is computed or imported only when it is needed, without a lock that a forked child would wait for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeGuard, TypeVar, overload

if TYPE_CHECKING:
    import numpy as np

T = TypeVar("T")


class lazy_property(Generic[T]):  # noqa: N801  # it is used as `property` is
    """Like `functools.cached_property`, but without the lock that it has before Python 3.12.

    A forked child would wait for that lock for ever if another thread held it. Without it, several threads may compute
    the value at the same time, and all get the first one.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> lazy_property[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> lazy_property[T] | T:
        """Compute the value and keep it in the object, where later accesses find it without this method."""
        if instance is None:
            return self
        value: T = vars(instance).setdefault(self._name, self._compute(instance))
        return value


def is_masked_array(values: Any) -> TypeGuard[np.ma.MaskedArray[Any, Any]]:
    """Return whether this is one of NumPy's masked arrays, without the import of `numpy.ma`, which takes milliseconds.

    Before that import there are no masked arrays.
    """
    masked_array = getattr(sys.modules.get("numpy.ma"), "MaskedArray", None)
    return masked_array is not None and isinstance(values, masked_array)
