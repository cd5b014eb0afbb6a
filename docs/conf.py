"""Sphinx configuration; `nox -s docs` builds the site, and every warning is an error."""

from __future__ import annotations

import sys
from pathlib import Path

import codesets

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "codesets"
author = "codesets contributors"
project_copyright = "codesets contributors, MIT licence"
release = version = codesets.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "myst_parser",
    "sphinx_copybutton",
    "sphinx_design",
    "layouts",
    "hcpcs_layouts",
    "crosswalk_layouts",
    "references",
]
exclude_patterns = ["_build", "_*.md"]  # pages include what begins with an underscore

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

# Docstrings write code in single backticks, as the rest of the house does.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_attr_annotations = True
napoleon_numpy_docstring = False
napoleon_preprocess_types = False
python_maximum_signature_line_length = 100
python_use_unqualified_type_names = True
# Type variables say nothing to a reader that would be worth a page.
nitpick_ignore_regex = [("py:.*", r"(.*\.)?[A-Z]")]

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

html_theme = "furo"
html_title = f"codesets {release}"
html_static_path = ["_static"]
html_css_files = ["codesets.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "friendly"
pygments_dark_style = "github-dark"
