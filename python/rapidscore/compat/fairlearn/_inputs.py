"""Convert labels, weights and sensitive features, in the forms that fairlearn takes, to arrays."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore.inputs import labels
from rapidscore.inputs.groups import intersect

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Names of columns that fairlearn uses itself.
_RESERVED = ("y_true", "y_pred", "None_sample_weight", "tpr_sample_weight", "fpr_sample_weight")


def vector(values: Any, name: str, count: int | None = None, kinds: str = "biuf") -> NDArray[Any]:
    """Return values of shape (n,) or (n, 1) as an array of shape (n,).

    `kinds` are the kinds of dtypes that are accepted. Raises `ValueError` for another shape, or if n is not `count`,
    and `TypeError` for another dtype.
    """
    array = np.asarray(values)
    if array.ndim not in (1, 2) or array.size != len(array):
        raise ValueError(f"{name} has shape {array.shape}: pass one dimension")
    if count is not None and len(array) != count:
        raise ValueError(f"{name} has {len(array)} values but y_true has {count}: pass one for each sample")
    if array.dtype.kind not in kinds:
        raise TypeError(f"{name} has values of dtype {array.dtype}: pass numbers")
    return array.reshape(-1)


def weights(sample_weight: Any, count: int) -> NDArray[Any]:
    """Return the weights of `count` samples as an array of shape (count,), without changing their dtype."""
    return vector(sample_weight, "sample_weight", count, "iuf")


def confusion_weights(sample_weight: Any, count: int) -> NDArray[Any] | None:
    """Return weights as scikit-learn's `confusion_matrix` takes them, or None for None.

    Raises `ValueError` for weights that scikit-learn refuses, and for integers that floats cannot sum without
    rounding.
    """
    if sample_weight is None:
        return None
    weight = weights(sample_weight, count)
    if not np.isfinite(weight).all() or not weight.any():
        raise ValueError("sample_weight must hold finite numbers, at least one of which is not 0")
    if weight.dtype.kind != "f" and np.abs(weight.astype(np.float64)).sum() >= 2**53:
        raise ValueError("sample_weight has a sum above 2**53, which a float cannot hold: pass smaller numbers")
    return weight


def group_codes(sensitive_features: Any, count: int) -> tuple[NDArray[np.int32], int]:
    """Return a code for the combination of features of each of `count` rows, and the number of possible codes."""
    if not count:
        raise ValueError("there are no samples: pass at least one")
    encoded = []
    for at, column in enumerate(_columns(sensitive_features)):
        codes, table = labels.encode(column, f"sensitive_features (column {at})")
        if len(codes) != count:
            raise ValueError(
                f"sensitive_features has {len(codes)} rows but y_true has {count}: pass one for each sample"
            )
        encoded.append((codes, len(table)))
    if not encoded:
        raise ValueError("sensitive_features has no columns: pass at least one")
    return intersect(encoded)


def _columns(features: Any) -> list[Any]:
    if _is(features, "pandas", "Series"):
        _check_names([] if features.name is None else [features.name])
        return [features]
    if isinstance(features, list) or _is(features, "polars", "Series"):
        return [features]
    if isinstance(features, dict):
        if not any(_is(values, "pandas", "Series") for values in features.values()):
            _check_names(list(features))
            return list(features.values())
        # pandas aligns the rows of several Series by their index.
        features = sys.modules["pandas"].DataFrame(features)
    if _is(features, "pandas", "DataFrame"):
        _check_names(list(features.columns))
        return [features.iloc[:, at] for at in range(len(features.columns))]
    # With dtype=object, NumPy does not convert labels of mixed types to one type.
    array = np.squeeze(features if type(features) is np.ndarray else np.asarray(features, dtype=object))
    if array.ndim not in (1, 2):
        raise ValueError(f"sensitive_features has shape {np.shape(features)}: pass one or two dimensions")
    return [array] if array.ndim == 1 else list(np.ascontiguousarray(array.T))


def _check_names(names: list[Any]) -> None:
    for name in names:
        if not isinstance(name, str) or name in _RESERVED or names.count(name) > 1:
            raise ValueError(
                f"a sensitive feature cannot be named {name!r}: pass a unique str, other than {', '.join(_RESERVED)}"
            )


def _is(value: Any, package: str, kind: str) -> bool:
    """Return whether a value is of a type of a package, without importing the package."""
    module = sys.modules.get(package)
    return module is not None and isinstance(value, getattr(module, kind))
