"""Results, errors and warnings of calls, in forms that are equal only if types and bits are."""

import fractions
import warnings
from contextlib import contextmanager

import numpy as np
import pytest


def exactly(value):
    """Return types, shapes and bits of a result."""
    if isinstance(value, list | tuple):
        return type(value), [exactly(one) for one in value]
    if isinstance(value, dict):
        return [(key, exactly(one)) for key, one in value.items()]
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    if isinstance(value, fractions.Fraction):
        return "fraction", value.numerator, value.denominator
    return type(value), float(value).hex() if isinstance(value, float) else value


def outcome(function, *arguments, **named):
    """Return the result or the error, and the warnings, each as class and text."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = exactly(function(*arguments, **named))
        except Exception as error:
            result = type(error), str(error)
    return result, [(caution.category, str(caution.message)) for caution in caught]


def printed(function, *arguments, **named):
    """Return the printed form of a result, or class and text of the error."""
    try:
        return repr(function(*arguments, **named))
    except Exception as error:
        return type(error), str(error)


def same(one, other):
    """Return whether two numbers or arrays are equal to the bit, or both NaN."""
    return np.array_equal(np.asarray(one, float), np.asarray(other, float), equal_nan=True)


@contextmanager
def raises_with_words(exception, words):
    """Expect an exception whose message has all these words."""
    with pytest.raises(exception) as caught:
        yield
    assert [word for word in words if word not in str(caught.value)] == []
