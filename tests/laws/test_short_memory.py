"""A call for which memory is short raises MemoryError: the process lives, and no panic is seen."""

import subprocess
import sys
from pathlib import Path

import pytest
from support import large_calls

SCRIPT = Path(large_calls.__file__)

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits the address space")


@pytest.mark.parametrize("name", large_calls.CALLS)
def test_short_memory_raises(name):
    command = [sys.executable, SCRIPT, name]
    environment = {"PYTHONPATH": str(SCRIPT.parents[1]), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True, env=environment)
    attempts = [line.split(" ", 2) for line in done.stdout.splitlines()]
    assert len(attempts) == len(large_calls.ROOM)
    for room, status, printed in attempts:
        assert (status, printed) in {("0", "finished"), ("0", "MemoryError")}, (room, status, printed)
    # With the most room the call succeeds, so that it was not refused for another reason.
    assert attempts[-1][2] == "finished", attempts
