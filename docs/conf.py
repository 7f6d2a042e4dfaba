"""Configuration of the documentation: `sphinx-build -W --keep-going -b html docs docs/_build/html`.

The installed package is imported, so that the reference shows the docstrings of the code that runs.
"""

import sys
from pathlib import Path

import rapidscore

# The local extension lies in this folder.
sys.path.insert(0, str(Path(__file__).parent))

project = "rapidscore"
author = "the rapidscore authors"
project_copyright = "2026, the rapidscore authors"
version = release = rapidscore.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_copybutton",
    "local_extension",
]
# benchmarks.md includes the table.
exclude_patterns = ["_build", "benchmarks-table.md"]

myst_heading_anchors = 3

# Every reference in these pages must lead somewhere. Single backticks in docstrings are code; they become links where
# they name something public, such as `Statistics.by`.
nitpicky = True
nitpick_ignore_regex = [("py:obj", r".*")]
default_role = "name"

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autosummary_generate = False
numpydoc_show_class_members = False
toc_object_entries_show_parents = "hide"

# What is copied leaves prompts and results out.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

html_theme = "pydata_sphinx_theme"
html_title = "rapidscore"
html_static_path = ["_static"]
html_css_files = ["rapidscore.css"]
html_show_sourcelink = False
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 7,
    "footer_start": ["copyright"],
    "footer_end": [],
}
# Pages without subpages need no navigation beside them.
html_sidebars = {name: [] for name in ("index", "install", "promises", "benchmarks")}
