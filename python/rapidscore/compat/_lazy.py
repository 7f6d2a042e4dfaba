"""Results whose details are worked out when they are first asked for: most callers want one number."""

from __future__ import annotations

from typing import Any


class _Plain:
    """What has attributes of its own."""


#: The attributes of an object as they are, without working out any.
_attributes = _Plain.__dict__["__dict__"].__get__


class Lazy(_Plain):
    """An object some of whose attributes are not known yet.

    `_pending` is a function that gives them, and what that is to be called with; it is gone once they are known.
    """

    _pending: tuple[Any, ...]

    @property
    def __dict__(self) -> dict[str, Any]:  # so that vars() shows all
        own: dict[str, Any] = _attributes(self)
        # Several threads may be here at once, and do the same.
        if pending := own.get("_pending"):
            work_out, *given = pending
            for name, value in work_out(*given).items():
                own.setdefault(name, value)
            own.pop("_pending", None)
        return own

    @__dict__.setter
    def __dict__(self, attributes: dict[str, Any]) -> None:
        own: dict[str, Any] = _attributes(self)
        own.clear()
        own.update(attributes)

    def __getattr__(self, name: str) -> Any:
        """Work out what is not known yet."""
        own = self.__dict__
        if name in own:
            return own[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__
