"""One page of HTML with all that it needs: styles, pictures, data and scripts."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def render(content: Mapping[str, Any]) -> str:
    """Return a page.

    Parameters
    ----------
    content : mapping
        `title`; `summary`, a list of sentences; `sections`, each with a `title`, `sentences`, and `tables` and
        `pictures` of HTML and SVG that is escaped already; `made`, pairs of a name and a text that say how the results
        were computed; and `segments`, None or the `note` and the `json` of the browser of segments.

    Returns
    -------
    str
        The page. All texts are escaped.

    Raises
    ------
    ModuleNotFoundError
        If Jinja or, for a browser of segments, itables is not installed.

    """
    _folder_of("jinja2")
    import jinja2

    folder = Path(__file__).parent / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    segments = content["segments"]
    library = _table_library() if segments else None
    script = f"\n{(folder / 'segments.js').read_text(encoding='utf-8')}" if segments else ""
    return environment.get_template("page.html").render(
        content,
        style=(folder / "page.css").read_text(encoding="utf-8"),
        script=script,
        # No other script runs, whatever a text contains.
        script_hash=b64encode(sha256(script.encode()).digest()).decode("ascii"),
        library_style=library[0] if library else "",
        library_script=library[1] if library else "",
    )


def write(path: str | os.PathLike[str], page: str) -> None:
    """Write a page as UTF-8, which replaces lone surrogates, such as file names may have."""
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(page)


def check_libraries() -> None:
    """Raise `ModuleNotFoundError` if a library is not installed that a report of segments needs."""
    for name in ("jinja2", "itables", "matplotlib"):
        _folder_of(name)


def _folder_of(name: str) -> Path:
    """Return the folder of a library, without importing it."""
    try:
        spec = find_spec(name)
    except ValueError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"a report needs {name}: pip install 'rapidscore[report]'")
    return Path(spec.submodule_search_locations[0])


def _table_library() -> tuple[str, str]:
    """Return the styles and, in base64, the script of DataTables, which itables has in its wheel."""
    folder = _folder_of("itables") / "html"
    script = b64encode((folder / "dt_bundle.js").read_bytes()).decode("ascii")
    return (folder / "dt_bundle.css").read_text(encoding="utf-8"), script
