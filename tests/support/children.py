"""Python programs in other processes, which end in time or fail."""

import os
import subprocess
import sys

import pytest

#: Seconds after which a program is taken to hang. The programs take a second or two on an idle machine.
LIMIT = 120

#: Whether AddressSanitizer allocates memory: see `tests/checked`.
WITH_ASAN = "libasan" in os.environ.get("LD_PRELOAD", "")

#: For tests in which other threads allocate memory when the process forks.
needs_system_allocator = pytest.mark.skipif(
    WITH_ASAN, reason="AddressSanitizer leaves its locks held in a child that is forked while other threads allocate"
)


def output_of(program, *arguments):
    """Run a program; return what it printed. It must end by itself, without an error."""
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise AssertionError(f"the program hangs; it had printed {error.stdout!r} and {error.stderr!r}") from None
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


#: Begins a program that forks. `in_child` runs a function in a forked child, and returns what that function returned.
#: `send` sends a result from a child that was forked by other means and ends the child, and `receive` receives it.
#: A child that takes too long is killed, and its result is None.
FORKING = f"""
import os, pickle, select, signal, sys, threading, time, traceback

def in_child(function, limit={LIMIT // 2}):
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            send(theirs, function())
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    return receive(child, ours, theirs, limit)

def send(pipe, result):
    with open(pipe, "wb") as file:
        pickle.dump(result, file)
    os._exit(0)

def receive(child, ours, theirs, limit={LIMIT // 2}):
    os.close(theirs)
    with open(ours, "rb") as file:
        in_time = select.select([file], [], [], limit)[0]
        if not in_time:
            os.kill(child, signal.SIGKILL)
        content = file.read()
    os.waitpid(child, 0)
    return pickle.loads(content) if content else None
"""
