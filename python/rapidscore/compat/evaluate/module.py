"""The base class of metrics: `add`, `add_batch`, `compute`, and information about the metric."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from rapidscore.compat.evaluate._inputs import as_list, check_lengths, copy_column
from rapidscore.compat.evaluate.info import EvaluationModuleInfo, Features

#: The number of words in the state of NumPy's global generator, an MT19937.
_STATE_WORDS = 624


class EvaluationModule:
    """The base class of metrics, which collects examples and computes the result.

    Subclasses define `_info()` and `_compute(predictions=, references=, **options)`. The inputs of `_compute` are lists
    of the values that were added. The names of the inputs come from `features`; values are not converted to their
    types. While `_compute` runs, NumPy's global generator is seeded with `seed`. The default of `seed` is the next word
    of that generator when the metric is made, so results can be reproduced by seeding NumPy first.

    Parameters as `evaluate.EvaluationModule` in evaluate 0.4.6. Parameters about files and the network (`cache_dir`,
    `experiment_id`, `timeout` and so on) have no effect, because nothing is written. `num_process` above 1 raises
    `ValueError`, because examples of other processes are not gathered.
    """

    def __init__(  # noqa: PLR0917  # evaluate's order
        self,
        config_name: str | None = None,
        keep_in_memory: bool = False,
        cache_dir: str | None = None,
        num_process: int = 1,
        process_id: int = 0,
        seed: int | None = None,
        experiment_id: str | None = None,
        hash: str | None = None,  # noqa: A002  # evaluate's name
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
            raise ValueError(f"process_id must be an integer from 0, got {process_id!r}")
        if not isinstance(num_process, int) or num_process <= process_id:
            raise ValueError(f"num_process must be an integer above process_id, got {num_process!r}")
        if num_process > 1:
            raise ValueError(
                f"num_process is {num_process}, but examples of other processes are not gathered here: gather them "
                "first, or add totals of rapidscore's own metrics"
            )
        self.num_process = num_process
        self.process_id = process_id
        self.keep_in_memory = keep_in_memory
        self.seed = int(_next_word()) if seed is None else seed
        self._columns: dict[str, list[Any]] = {name: [] for name in self._feature_names()}

    def _info(self) -> EvaluationModuleInfo:
        """Return the information about the metric, which includes its inputs."""
        raise NotImplementedError(f"{type(self).__name__} does not describe its inputs: define _info")

    def _compute(self, *, predictions: Any = None, references: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Compute the result of lists of predictions and references."""
        raise NotImplementedError(f"{type(self).__name__} does not compute a result: define _compute")

    @property
    def info(self) -> EvaluationModuleInfo:
        """The information about the metric."""
        return self._module_info

    @property
    def name(self) -> str:
        """The name that prefixes results, made from the name of evaluate's class: for `chrf` it is `chr_f`."""
        return str(self.info.module_name)

    @property
    def experiment_id(self) -> str | None:
        """The `experiment_id` that the metric was made with."""
        return self.info.experiment_id

    @property
    def description(self) -> str:
        """A description of the metric."""
        return self.info.description

    @property
    def citation(self) -> str:
        """The publication that describes the metric."""
        return self.info.citation

    @property
    def features(self) -> Features:
        """The inputs and their types; a list of such dicts if the inputs may have several forms."""
        return self.info.features

    @property
    def inputs_description(self) -> str:
        """The inputs, options and results of `compute`."""
        return self.info.inputs_description

    @property
    def homepage(self) -> str:
        """The address of the home page; may be empty."""
        return self.info.homepage

    @property
    def license(self) -> str:
        """The licence of the metric; may be empty."""
        return self.info.license

    @property
    def codebase_urls(self) -> list[str]:
        """The addresses of the implementation that is followed."""
        return self.info.codebase_urls

    @property
    def reference_urls(self) -> list[str]:
        """The addresses of descriptions."""
        return self.info.reference_urls

    @property
    def streamable(self) -> bool:
        """Always false, as in evaluate."""
        return self.info.streamable

    @property
    def format(self) -> str | None:
        """The format of the inputs of `_compute`: `"numpy"` for arrays, else lists."""
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
        """Add one example. Raises `ValueError` for unknown or missing inputs."""
        example = self._inputs({"predictions": prediction, "references": reference}, kwargs)
        for name, value in example.items():
            if value is None:
                raise ValueError(f"{name.removesuffix('s')} is None: pass a value for each input of an example")
        self._store({name: [value] for name, value in example.items()})

    def add_batch(self, *, predictions: Any = None, references: Any = None, **kwargs: Any) -> None:
        """Add several examples. Raises `ValueError` for unknown inputs, and for inputs of different lengths."""
        batch = self._inputs({"predictions": predictions, "references": references}, kwargs)
        check_lengths(batch)
        self._store(batch)

    def compute(self, *, predictions: Any = None, references: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Compute the result of all examples, those added before and those passed here, and remove them.

        `kwargs` are other inputs, and options of the metric. Raises `ValueError` if there are no examples, and for
        inputs of different lengths. If an error is raised, the examples added before are kept.
        """
        result = self._compute_and_keep(predictions, references, **kwargs)
        self._clear()
        return result

    def _compute_and_keep(self, predictions: Any, references: Any, **kwargs: Any) -> dict[str, Any]:
        """Compute the result of all examples, and keep those added before."""
        arguments = {"predictions": predictions, "references": references, **kwargs}
        names = self._feature_names()
        batch = {name: arguments.get(name) for name in names}
        options = {name: value for name, value in kwargs.items() if name not in names}
        has_batch = any(value is not None for value in batch.values())
        if has_batch:
            check_lengths(batch)
        elif not len(self):
            raise ValueError("no examples to compute from: pass predictions and references, or add some first")
        return self._result(batch if has_batch else None, options)

    def _feature_names(self) -> list[str]:
        features = self.features
        return [*(features[0] if isinstance(features, list) else features)]

    def _inputs(self, inputs: dict[str, Any], other_inputs: dict[str, Any]) -> dict[str, Any]:
        names = self._feature_names()
        if unknown := [name for name in other_inputs if name not in names]:
            raise ValueError(f"bad inputs {unknown}: the inputs are {names}. Pass options to compute or load")
        all_inputs = {**inputs, **other_inputs}
        return {name: all_inputs.get(name) for name in names}

    def _store(self, batch: dict[str, Any]) -> None:
        for name, values in batch.items():
            self._columns[name].extend(copy_column(values))

    def _clear(self) -> None:
        for column in self._columns.values():
            column.clear()

    def _result(self, batch: dict[str, Any] | None, options: dict[str, Any]) -> dict[str, Any]:
        """Compute the result of the stored examples and of another batch."""
        inputs: dict[str, Any] = {name: [*column] for name, column in self._columns.items()}
        for name, values in (batch or {}).items():
            inputs[name] += as_list(values)
        if self.format == "numpy":
            inputs = {name: np.array(values) for name, values in inputs.items()}
        with _seeded(self.seed):
            return self._compute(**inputs, **options)


class Metric(EvaluationModule):
    """The base class of custom metrics, which define `_info` and `_compute`."""


def _next_word() -> Any:
    state: Any = np.random.get_state()
    _, words, position, *_ = state
    return words[position] if position < _STATE_WORDS else words[0]


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
