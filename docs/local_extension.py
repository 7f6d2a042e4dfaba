"""A Sphinx extension for these pages: backticks in docstrings, examples, and checks that Sphinx does not make.

The build warns of a public name without an entry in the reference, of a link of README.md that leads nowhere, and of a
file that these pages name but that does not exist.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from sphinx.application import Sphinx
from sphinx.domains.python import PyXRefRole
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

import rapidscore

_ROOT = Path(__file__).parent.parent
_PUBLIC = re.compile(rf"(rapidscore\.)?({'|'.join(rapidscore.__all__)})\.\w+|rapidscore\.\w+")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
#: A path of the source in backticks. Pages write NAME where a name stands, and add a metric that does not exist.
_PATH = re.compile(r"`((?:src|python|tests|benches|docs|examples)/[^`\s]*)`")
_PLACEHOLDER = re.compile(r"[A-Z]{3}|exact_match|_build")

_log = logging.getLogger(__name__)


class Name(SphinxRole):
    """Code in single backticks: a link where it is the full name of something public."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the node."""
        if not _PUBLIC.fullmatch(self.text):
            return [nodes.literal(self.rawtext, self.text)], []
        inliner: Inliner = self.inliner
        return PyXRefRole()("py:obj", self.rawtext, self.text, self.lineno, inliner)


def strip_examples(_: Sphinx, document: nodes.document) -> None:
    """Remove the empty line after the last result, which doctest needs in Markdown."""
    for block in document.findall(nodes.literal_block):
        block.rawsource = block.astext().rstrip()
        block.children = [nodes.Text(block.rawsource)]


def check_names(_: Sphinx, env: BuildEnvironment) -> None:
    """Warn of public names that the reference does not describe."""
    described = env.domains.python_domain.objects
    for name in rapidscore.__all__:
        if not {f"rapidscore.{name}", f"rapidscore.patch.{name}"} & described.keys():
            _log.warning("rapidscore.%s is public but has no entry under docs/reference", name)


def check_links(*_: Any) -> None:
    """Warn of relative links of README.md that lead nowhere."""
    text = (_ROOT / "README.md").read_text(encoding="utf-8")
    for link in _LINK.findall(text):
        if not (_ROOT / link).exists():
            _log.warning("README.md links to %s, which does not exist", link)


def check_paths(_: Sphinx, env: BuildEnvironment) -> None:
    """Warn of files that a page names but that do not exist."""
    for page in env.found_docs:
        source = Path(env.doc2path(page))
        for path in _PATH.findall(source.read_text(encoding="utf-8")):
            if not _PLACEHOLDER.search(path) and not (_ROOT / path).exists():
                _log.warning("%s does not exist", path, location=page)


def show_sources() -> None:
    """Let classes name the module that defines them, where autodoc finds the order and docstrings of attributes."""
    for name, home in rapidscore._HOMES.items():
        public = getattr(rapidscore, name)
        if isinstance(public, type):
            public.__module__ = f"rapidscore.{home}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the role and the checks."""
    show_sources()
    app.add_role("name", Name())
    app.connect("doctree-read", strip_examples)
    app.connect("env-check-consistency", check_names)
    app.connect("env-check-consistency", check_links)
    app.connect("env-check-consistency", check_paths)
    return {"parallel_read_safe": True}
