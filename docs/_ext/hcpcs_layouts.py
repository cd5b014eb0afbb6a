"""The tables of the pages on HCPCS Level II, see `layouts`."""

from __future__ import annotations

from typing import Any

from layouts import TABLES, Rows
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

from codesets import editions, system
from codesets.hcpcs import kinds
from codesets.hcpcs.layout import FIELDS, ActionCode, CoverageCode, Form
from codesets.hcpcs.views import HcpcsEntry

_CALLED = {
    "key": "code",
    "cross_references": "cross_reference_codes",
    "processing_note": "processing_note_number",
}
"""Fields whose attribute of a code is called otherwise."""


def hcpcs_fields() -> Rows:
    """The fields of the contractor record."""
    yield ("field", "columns", "form", "official title", "attribute of a code", "what it says")
    for field in FIELDS:
        columns = str(field.first) if field.end == field.first else f"{field.first}–{field.end}"
        times = f" ({field.occurs} × {field.width})" if field.occurs > 1 else ""
        name = _CALLED.get(field.name, field.name)
        yield (
            str(field.number),
            columns + times,
            "" if field.form is Form.FILLER else field.form.value,
            field.title,
            f"`{name}`" if hasattr(HcpcsEntry, name) or name == "code" else "–",
            field.meaning + (f" Since {field.since}." if field.since else ""),
        )


def hcpcs_files() -> Rows:
    """The kinds of file that are told apart."""
    yield ("kind", "is", "what becomes of it")
    for kind in kinds.Kind:
        fate = (
            "read; one of these has to be there"
            if kind in kinds.MAIN_KINDS
            else "read"
            if kind in kinds.READ_KINDS
            else "passed over; an error if nothing else is there"
        )
        yield (f"`{kind}`", kinds.TITLES[kind], fate)


def hcpcs_actions() -> Rows:
    """The action codes."""
    yield ("token", "`ActionCode`", "official wording")
    for action in ActionCode:
        yield (f"`{action}`", f"`{action.name}`", action.meaning)


def hcpcs_coverage() -> Rows:
    """The coverage codes."""
    yield ("token", "`CoverageCode`", "official wording")
    for code in CoverageCode:
        yield (f"`{code}`", f"`{code.name}`", code.meaning)


def hcpcs_references() -> Rows:
    """What cross references mean, and what they name."""
    comments = ModuleAnalyzer.for_module("codesets.hcpcs.references").find_attr_docs()
    for name, heading in (("ReferenceKind", "meaning"), ("TargetKind", "names")):
        from codesets.hcpcs import references

        yield (f"**{heading}**",)
        yield (f"`{name}`", "when")
        for member in getattr(references, name):
            comment = " ".join(comments[name, member.name]).strip()
            yield (f"`{member.value}`", comment)


def hcpcs_editions() -> Rows:
    """The calendar of HCPCS Level II, as far as the size of an edition is known."""
    yield ("edition", "first day", "last day", "codes", "modifiers")
    for edition in editions.editions(system.HCPCS.name):
        counts = editions.published_counts(edition)
        if counts is not None:
            days = (str(edition.effective_from), str(edition.effective_to))
            yield (f"`{edition.name}`", *days, f"{counts.codes:,}", f"{counts.modifiers:,}")


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls."""
    made = (
        hcpcs_actions,
        hcpcs_coverage,
        hcpcs_editions,
        hcpcs_fields,
        hcpcs_files,
        hcpcs_references,
    )
    TABLES.update({each.__name__.replace("_", "-"): each for each in made})
    return {"parallel_read_safe": True, "parallel_write_safe": True}
