"""Run the test suites of peers, from their published source packages, against our drop-ins."""

import json
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

PLUGINS = Path(__file__).parent / "plugins"


@dataclass(frozen=True)
class Outcome:
    """The tests of a suite by outcome, as `file::name`, and the output of pytest."""

    passed: frozenset
    failed: frozenset
    skipped: frozenset
    output: str


def source(requirement, folder):
    """Download and unpack a peer's source package, `name==version`; return the folder that it makes."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    subprocess.run([*command, "--dest", str(folder), requirement], check=True, timeout=300)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    (unpacked,) = (path for path in folder.iterdir() if path.is_dir())
    return unpacked


def run_pytest(plugin, folder, *arguments, timeout=600, **variables):
    """Run pytest in `folder` with one of our plugins; return the finished process, and what the plugin wrote."""
    # Our strict settings, and options given to our own tests, are not for their tests.
    (folder / "pytest.ini").write_text("[pytest]\n")
    found = folder / "found.json"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        "PYTHONPATH": os.pathsep.join([str(PLUGINS), *filter(None, sys.path)]),
        "RAPIDSCORE_SUITE": str(found),
        **variables,
    }
    flags = ["-q", "-p", plugin, "-p", "no:cacheprovider", "--tb=short", "--disable-warnings"]
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *flags, *arguments],
        env=environment,
        cwd=folder,
        check=False,
        timeout=timeout,
        capture_output=True,
        text=True,
    )
    assert found.exists(), finished.stdout + finished.stderr
    return finished, json.loads(found.read_text())


def run(root, files, alias, *options, timeout=600):
    """Run test files below `root` with our packages in place of the peers' (`{peer: ours}`)."""
    finished, found = run_pytest(
        "alias_plugin", root, *options, *files, timeout=timeout, RAPIDSCORE_ALIAS=json.dumps(alias)
    )
    outcomes = {name: frozenset(tests) for name, tests in found.items()}
    return Outcome(**outcomes, output=finished.stdout)
