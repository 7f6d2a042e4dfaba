"""jiwer: its rates and alignments, with any transforms."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

from rapidscore.patching.installing import Replaced, Replacement

_RATES = ("wer", "mer", "wil", "wip", "cer")


def jiwer() -> Iterator[Replacement]:
    """Say what is replaced in jiwer."""
    from rapidscore.compat.jiwer import measures, process

    package: Any = sys.modules["jiwer"]
    # Where they are defined they stay, so that functions that were stored before can be pickled.
    keep_in = ("jiwer.measures", "jiwer.process")
    for name in _RATES:
        yield Replacement(package, name, _calling(getattr(measures, name)), everywhere=True, keep_in=keep_in)
    for name in ("process_words", "process_characters"):
        output = "WordOutput" if name == "process_words" else "CharacterOutput"
        make = _calling(getattr(process, name), _theirs(output))
        yield Replacement(package, name, make, everywhere=True, keep_in=keep_in)


def _calling(ours: Callable[..., Any], convert: Callable[[Any], Any] | None = None) -> Callable[[Any], Any]:
    """Return what makes a replacement that calls a function of ours, with our defaults for jiwer's."""
    transforms = {
        name: parameter.default
        for name, parameter in inspect.signature(ours).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }

    def make(original: Callable[..., Any]) -> Any:
        signature = inspect.signature(original)
        defaults = {name: signature.parameters[name].default for name in transforms}
        # Somebody may change the steps of a default.
        steps = {name: _steps(default) for name, default in defaults.items()}

        def quick(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind(*args, **kwargs).arguments
            # Only our own defaults are known to the core; others are called as they are.
            for name, default in defaults.items():
                if given.get(name, default) is default:
                    given[name] = transforms[name] if _steps(default) == steps[name] else default
            found = ours(**given)
            return convert(found) if convert else found

        # Errors are jiwer's own.
        return Replaced("jiwer", original, quick, answers_errors=True)

    return make


def _steps(transform: Any) -> list[Any]:
    return list(getattr(transform, "transforms", ()))


def _theirs(output: str) -> Callable[[Any], Any]:
    """Return what makes jiwer's output of ours."""

    def convert(found: Any) -> Any:
        process: Any = sys.modules["jiwer.process"]
        chunk = process.AlignmentChunk
        values = dict(vars(found))
        values["alignments"] = [[chunk(**vars(part)) for part in parts] for parts in found.alignments]
        return getattr(process, output)(**values)

    return convert
