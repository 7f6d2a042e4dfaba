"""The words of the project: phrases that are not used, the length of the README, docstrings of public names."""

import inspect
import os
import re
from pathlib import Path

import pytest

import rapidscore

ROOT = Path(__file__).parents[2]

SUFFIXES = {".py", ".pyi", ".rs", ".md"}
#: Folders of caches, builds and virtual environments.
SKIPPED = {".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", "__pycache__", "_build", "target"}

# Spelled so that this file does not contain them.
PHRASES = [
    phrase.replace("_", " ").replace("|", "")
    for phrase in (
        "so_many",
        "to_be_had",
        "one_behind_the_other",
        "an|ew",
        "soon|er",
        "is_none",
        "are_none",
        "bit_by_bit",
        "is_said",
        "one's_own",
    )
]

#: Where a phrase is allowed, as (path, phrase): only in a peer's own text.
ALLOWED: set[tuple[str, str]] = set()


def files():
    """Yield the paths of all files with text of the project."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(
            name for name in folders if name not in SKIPPED and not Path(folder, name, "pyvenv.cfg").exists()
        )
        yield from (Path(folder, name) for name in sorted(names) if Path(name).suffix in SUFFIXES)


def unwrapped(text):
    """Return a text without line breaks, and without the comment marks after them."""
    return re.sub(r"\s*\n\s*(?:#:?|//[/!]?)?\s*", " ", text)


@pytest.mark.parametrize("phrase", PHRASES)
def test_phrases(phrase):
    found = []
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        text = unwrapped(path.read_text(encoding="utf-8"))
        if (name, phrase) not in ALLOWED:
            found += [
                f"{name}: … {text[max(0, at.start() - 40) : at.end() + 20]} …" for at in re.finditer(phrase, text)
            ]
    assert found == []


def test_files_are_found():
    names = {path.relative_to(ROOT).as_posix() for path in files()}
    assert {"README.md", "tests/laws/test_words.py", "python/rapidscore/__init__.py", "src/lib.rs"} <= names


def test_length_of_the_readme():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize("name", rapidscore.__all__)
def test_docstrings(name):
    documented = getattr(rapidscore, name)
    text = documented.__doc__
    assert text
    # What a dataclass writes for itself is no description.
    assert not text.startswith(f"{name}(")
    if inspect.isclass(documented) or inspect.isfunction(documented):
        assert text.splitlines()[0].strip().endswith((".", ":"))
