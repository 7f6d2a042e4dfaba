"""Configuration of the documentation: `sphinx-build -W --keep-going -b html docs docs/_build/html`.

The installed package is imported, so that the reference shows the docstrings of the code that runs.
"""

import rapidscore

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
]
# The table is included by benchmarks.md.
exclude_patterns = ["_build", "benchmarks-table.md"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# Every reference must lead somewhere; docstrings put single backticks around names of options too, which are no objects.
nitpicky = True
default_role = "py:obj"
nitpick_ignore_regex = [("py:obj", r".*")]

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autosummary_generate = False
numpydoc_show_class_members = False

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
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
}
