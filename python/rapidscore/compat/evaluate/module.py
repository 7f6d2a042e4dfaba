"""What all metrics have: `add`, `add_batch`, `compute`, and what they say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from rapidscore.compat.evaluate._inputs import as_list, check_lengths, copied
from rapidscore.compat.evaluate.info import EvaluationModuleInfo, Features

#: The state of NumPy's global generator has so many words.
_WORDS = 624


class EvaluationModule:
    """Examples, and what is computed of them.

    Derived classes give `_info()` and `_compute(predictions=, references=, **options)`, whose inputs are lists of what
    was given: `features` name the inputs, and nothing is cast to their types. While it runs, NumPy's global generator
    is seeded with `seed`; by default that is the number the generator would have given next when the metric was made,
    so that seeding NumPy before makes results repeat.

    The arguments are the peer's. What has to do with files and the network (`cache_dir`, `experiment_id`, `timeout` and
    so on) is without effect, since nothing is written. Several processes are not waited for: `num_process` from 2 on
    raises `ValueError`.
    """

    def __init__(  # noqa: PLR0917  # the peer's order
        self,
        config_name: str | None = None,
        keep_in_memory: bool = False,
        cache_dir: str | None = None,
        num_process: int = 1,
        process_id: int = 0,
        seed: int | None = None,
        experiment_id: str | None = None,
        hash: str | None = None,  # noqa: A002  # the peer's name
        max_concurrent_cache_files: int = 10000,
        timeout: float = 100,
        **kwargs: Any,
    ) -> None:
        self.config_name = config_name or "default"
        info = self._info()
        info.module_name = _snake_case(type(self).__name__)
        info.config_name = self.config_name
        info.experiment_id = experiment_id or "default_experiment"
        self._module_info = info
        if not isinstance(process_id, int) or process_id < 0:
            raise ValueError(f"process_id must be a whole number from 0, got {process_id!r}")
        if not isinstance(num_process, int) or num_process <= process_id:
            raise ValueError(f"num_process must be a whole number above process_id, got {num_process!r}")
        if num_process > 1:
            raise ValueError(
                f"num_process is {num_process}, but processes are not waited for here: gather predictions first, or "
                "add up totals of rapidscore's own metrics"
            )
        self.num_process = num_process
        self.process_id = process_id
        self.keep_in_memory = keep_in_memory
        self.seed = int(_next_number()) if seed is None else seed
        self._columns: dict[str, list[Any]] = {name: [] for name in self._feature_names()}

    def _info(self) -> EvaluationModuleInfo:
        """Say what the metric is and takes."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it takes: define _info")

    def _compute(self, *, predictions: Any = None, references: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Compute the result of lists of predictions and references."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes: define _compute")

    @property
    def info(self) -> EvaluationModuleInfo:
        """All that the metric says of itself."""
        return self._module_info

    @property
    def name(self) -> str:
        """The name that prefixes results, from the peer's class: that of `chrf` is `chr_f`."""
        return str(self.info.module_name)

    @property
    def experiment_id(self) -> str | None:
        """As it was given."""
        return self.info.experiment_id

    @property
    def description(self) -> str:
        """What is measured."""
        return self.info.description

    @property
    def citation(self) -> str:
        """Where it was described."""
        return self.info.citation

    @property
    def features(self) -> Features:
        """The inputs and their types; a list of such, where there are several forms."""
        return self.info.features

    @property
    def inputs_description(self) -> str:
        """What `compute` takes and returns."""
        return self.info.inputs_description

    @property
    def homepage(self) -> str:
        """An address, if any."""
        return self.info.homepage

    @property
    def license(self) -> str:
        """The metric's licence, if any is said."""
        return self.info.license

    @property
    def codebase_urls(self) -> list[str]:
        """Addresses of the implementation that is followed."""
        return self.info.codebase_urls

    @property
    def reference_urls(self) -> list[str]:
        """Addresses of descriptions."""
        return self.info.reference_urls

    @property
    def streamable(self) -> bool:
        """As in the peer, always false."""
        return self.info.streamable

    @property
    def format(self) -> str | None:
        """The form in which `_compute` is given its inputs: `"numpy"` for arrays; else they are lists."""
        return self.info.format

    @property
    def module_type(self) -> str:
        """`"metric"`."""
        return self.info.module_type

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def __repr__(self) -> str:
        return (
            f'EvaluationModule(name: "{self.name}", module_type: "{self.module_type}", features: {self.features}, '
            f'usage: """{self.inputs_description}""", stored examples: {len(self)})'
        )

    def add(self, *, prediction: Any = None, reference: Any = None, **kwargs: Any) -> None:
        """Add one example. Raises `ValueError` for inputs of unknown names, and where one is missing."""
        example = self._inputs({"predictions": prediction, "references": reference}, kwargs)
        for name, value in example.items():
            if value is None:
                raise ValueError(f"{name.removesuffix('s')} is None: pass one of each with every example")
        self._store({name: [value] for name, value in example.items()})

    def add_batch(self, *, predictions: Any = None, references: Any = None, **kwargs: Any) -> None:
        """Add examples. Raises `ValueError` for inputs of unknown names, and unless there are as many of each."""
        batch = self._inputs({"predictions": predictions, "references": references}, kwargs)
        check_lengths(batch)
        self._store(batch)

    def compute(self, *, predictions: Any = None, references: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Compute the result of all examples so far and those given here, and forget them.

        `kwargs` are further inputs, and the metric's options. Raises `ValueError` without any example, and for
        examples that do not fit each other. Where it raises, examples added before are kept.
        """
        result = self._computed(predictions, references, **kwargs)
        self._forget()
        return result

    def _computed(self, predictions: Any, references: Any, **kwargs: Any) -> dict[str, Any]:
        """Compute the result, and forget nothing."""
        given = {"predictions": predictions, "references": references, **kwargs}
        names = self._feature_names()
        batch = {name: given.get(name) for name in names}
        options = {name: value for name, value in kwargs.items() if name not in names}
        stored = any(value is not None for value in batch.values())
        if stored:
            check_lengths(batch)
        elif not len(self):
            raise ValueError("no examples to compute from: pass predictions and references, or add some first")
        return self._result(batch if stored else None, options)

    def _feature_names(self) -> list[str]:
        features = self.features
        return [*(features[0] if isinstance(features, list) else features)]

    def _inputs(self, known: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
        names = self._feature_names()
        if bad := [name for name in more if name not in names]:
            raise ValueError(f"bad inputs {bad}: all inputs are {names}; options are given to compute")
        given = {**known, **more}
        return {name: given.get(name) for name in names}

    def _store(self, batch: dict[str, Any]) -> None:
        for name, values in batch.items():
            self._columns[name].extend(copied(values))

    def _forget(self) -> None:
        for column in self._columns.values():
            column.clear()

    def _result(self, batch: dict[str, Any] | None, options: dict[str, Any]) -> dict[str, Any]:
        """Compute the result of what is stored and of one batch more."""
        inputs: dict[str, Any] = {name: [*column] for name, column in self._columns.items()}
        for name, values in (batch or {}).items():
            inputs[name] += as_list(values)
        if self.format == "numpy":
            inputs = {name: np.array(values) for name, values in inputs.items()}
        with _seeded(self.seed):
            return self._compute(**inputs, **options)


class Metric(EvaluationModule):
    """A metric: derive from it with `_info` and `_compute`."""


def _next_number() -> Any:
    state: Any = np.random.get_state()
    _, words, position, *_ = state
    return words[position] if position < _WORDS else words[0]


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    state = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(state)


def _snake_case(name: str) -> str:
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z\d])([A-Z])", r"\1_\2", name).lower()
