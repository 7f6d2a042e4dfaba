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


def run(root, files, alias, *options, timeout=600):
    """Run test files below `root` with our packages in place of the peers' (`{peer: ours}`)."""
    # Our strict settings are not for their tests.
    (root / "pytest.ini").write_text("[pytest]\n")
    found = root / "found.json"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(PLUGINS), *filter(None, sys.path)]),
        "RAPIDSCORE_ALIAS": json.dumps(alias),
        "RAPIDSCORE_SUITE": str(found),
    }
    flags = ["-q", "-p", "alias_plugin", "-p", "no:cacheprovider", "--tb=short", "--disable-warnings"]
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *flags, *options, *files],
        env=environment,
        cwd=root,
        check=False,
        timeout=timeout,
        capture_output=True,
        text=True,
    )
    assert found.exists(), finished.stdout + finished.stderr
    outcomes = {name: frozenset(tests) for name, tests in json.loads(found.read_text()).items()}
    return Outcome(**outcomes, output=finished.stdout)
