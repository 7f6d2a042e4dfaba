"""Replacements for jiwer: its rates and alignments, with any transforms."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

from rapidscore.patching.installing import Replaced, Replacement

_RATES = ("wer", "mer", "wil", "wip", "cer")


def jiwer() -> Iterator[Replacement]:
    """Yield what is replaced in jiwer."""
    from rapidscore.compat.jiwer import measures, process

    package: Any = sys.modules["jiwer"]
    # The defining modules keep them, so that functions that were stored before patching can be pickled.
    keep_in = ("jiwer.measures", "jiwer.process")
    for name in _RATES:
        yield Replacement(package, name, _calling(getattr(measures, name)), everywhere=True, keep_in=keep_in)
    for name in ("process_words", "process_characters"):
        output = "WordOutput" if name == "process_words" else "CharacterOutput"
        make = _calling(getattr(process, name), _output_converter(output))
        yield Replacement(package, name, make, everywhere=True, keep_in=keep_in)


def _calling(ours: Callable[..., Any], convert: Callable[[Any], Any] | None = None) -> Callable[[Any], Any]:
    """Return a function that makes a replacement, which calls ours with our default transforms in place of jiwer's."""
    our_defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(ours).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }

    def make(original: Callable[..., Any]) -> Any:
        signature = inspect.signature(original)
        defaults = {name: signature.parameters[name].default for name in our_defaults}
        # Remembered, because users may change the steps of jiwer's defaults later.
        steps = {name: _steps(default) for name, default in defaults.items()}

        def call_ours(*args: Any, **kwargs: Any) -> Any:
            arguments = signature.bind(*args, **kwargs).arguments
            # The core applies our defaults by itself; it calls any other transform.
            for name, default in defaults.items():
                if arguments.get(name, default) is default:
                    arguments[name] = our_defaults[name] if _steps(default) == steps[name] else default
            output = ours(**arguments)
            return convert(output) if convert else output

        # Errors are raised by jiwer itself.
        return Replaced("jiwer", original, call_ours, answers_errors=True)

    return make


def _steps(transform: Any) -> list[Any]:
    return list(getattr(transform, "transforms", ()))


def _output_converter(kind: str) -> Callable[[Any], Any]:
    """Return a function that converts our output to jiwer's class of this name."""

    def convert(output: Any) -> Any:
        process: Any = sys.modules["jiwer.process"]
        values = dict(vars(output))
        values["alignments"] = [
            [process.AlignmentChunk(**vars(chunk)) for chunk in chunks] for chunks in output.alignments
        ]
        return getattr(process, kind)(**values)

    return convert
