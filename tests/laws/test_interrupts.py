"""Ctrl-C ends every long call within a second, also while one segment is measured."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support import long_calls

SCRIPT = Path(long_calls.__file__)

pytestmark = [
    pytest.mark.serial,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process"),
]


@pytest.mark.parametrize("name", long_calls.CALLS)
def test_ctrl_c_ends_a_call(name):
    with subprocess.Popen([sys.executable, SCRIPT, name], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        answer = process.stdout.readline()
        took = time.monotonic() - sent
        process.kill()
    assert answer == "interrupted\n"
    assert took < 1
