"""A stand-in for PyTorch's tensors, since PyTorch's wheels bring gigabytes."""

from types import SimpleNamespace

import numpy as np


class Tensor:
    """A tensor that NumPy cannot read as it is if it has a gradient, is on another device, or is bfloat16."""

    def __init__(self, values, dtype=None, *, gradient=False, device="cpu"):
        self.is_bfloat16 = dtype == "bfloat16"
        self.values = np.asarray(values, np.float32 if self.is_bfloat16 else dtype)
        self.gradient = gradient
        self.device = SimpleNamespace(type=device)

    def _with(self, values, **changes):
        known = {"gradient": self.gradient, "device": self.device.type}
        tensor = Tensor(values, **known | changes)
        tensor.is_bfloat16 = self.is_bfloat16
        return tensor

    @property
    def dtype(self):
        return "torch.bfloat16" if self.is_bfloat16 else f"torch.{self.values.dtype}"

    @property
    def shape(self):
        return self.values.shape

    @property
    def ndim(self):
        return self.values.ndim

    def detach(self):
        return self._with(self.values, gradient=False)

    def cpu(self):
        if self.device.type == "meta":
            raise NotImplementedError("Cannot copy out of meta tensor; no data!")
        return self._with(self.values, device="cpu")

    def float(self):
        tensor = self._with(self.values.astype(np.float32))
        tensor.is_bfloat16 = False
        return tensor

    def tolist(self):
        return self.values.tolist()

    def __len__(self):
        if not self.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self.values)

    def __getitem__(self, index):
        return self._with(self.values[index])

    def __iter__(self):
        return (self._with(value) for value in self.values)

    def __index__(self):
        if self.values.dtype.kind == "f":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.values)

    def __float__(self):
        return float(self.values)

    def __array__(self, dtype=None, copy=None):
        self._check()
        return np.array(self.values, dtype, copy=copy)

    def __dlpack__(self, **options):
        self._check()
        return self.values.__dlpack__(**options)

    def __dlpack_device__(self):
        self._check()
        return self.values.__dlpack_device__()

    def _check(self):
        if self.gradient:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        if self.device.type != "cpu":
            raise TypeError(f"can't convert {self.device.type} device type tensor to numpy.")
        if self.is_bfloat16:
            raise TypeError("Got unsupported ScalarType BFloat16")


#: Ways in which NumPy cannot read a tensor of floats.
UNREADABLE = [{"gradient": True}, {"device": "cuda"}, {"dtype": "bfloat16"}, {"dtype": "bfloat16", "gradient": True}]
