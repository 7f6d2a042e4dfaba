"""Results with attributes that are computed when they are first accessed, because most callers need only one number."""

from __future__ import annotations

from typing import Any


class _Plain:
    """A class whose objects have a plain `__dict__`."""


#: Returns the `__dict__` of an object as it is, without computing pending attributes.
_attributes = _Plain.__dict__["__dict__"].__get__


class Lazy(_Plain):
    """An object some of whose attributes are pending.

    `_pending` holds a function that returns these attributes, followed by its arguments. It is removed once they are
    computed.
    """

    _pending: tuple[Any, ...]

    @property
    def __dict__(self) -> dict[str, Any]:  # so that vars() shows all attributes
        attributes: dict[str, Any] = _attributes(self)
        # Several threads may compute the attributes at the same time; the results are equal.
        if pending := attributes.get("_pending"):
            compute, *arguments = pending
            for name, value in compute(*arguments).items():
                attributes.setdefault(name, value)
            attributes.pop("_pending", None)
        return attributes

    @__dict__.setter
    def __dict__(self, new: dict[str, Any]) -> None:
        attributes: dict[str, Any] = _attributes(self)
        attributes.clear()
        attributes.update(new)

    def __getattr__(self, name: str) -> Any:
        """Compute the pending attributes; return the attribute with this name."""
        attributes = self.__dict__
        if name in attributes:
            return attributes[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__
