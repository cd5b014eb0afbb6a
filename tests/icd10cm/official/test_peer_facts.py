"""What the test suite of simple-icd-10-cm holds of January 2021, as facts about our release.

The facts are the publisher's; how they are asked for is ours: sections and chapters are not codes.
"""

from __future__ import annotations

import pytest

from codesets.errors import UnknownCodeError
from codesets.findings import Header, Valid
from codesets.icd10cm import Chapter, Icd10cmCode, Icd10cmRelease, NoteKind, Section, normalize
from icd10cm.official.releases import full

pytestmark = pytest.mark.official


@pytest.fixture(scope="module")
def release() -> Icd10cmRelease:
    return full("2021-january")


def texts(owner: Chapter | Section | Icd10cmCode, kind: NoteKind) -> list[str]:
    return [note.text for note in owner.notes if note.kind is kind]


# What is a code, a section, a chapter.


@pytest.mark.parametrize(
    ("text", "is_code", "is_section", "is_chapter"),
    [
        ("dinosaur", False, False, False),
        ("12", False, False, True),
        ("G10-G14", False, True, False),
        ("C00", True, False, False),
        ("C7A", True, True, False),
        ("H60.1", True, False, False),
        ("M48.40XS", True, False, False),
    ],
)
def test_codes_sections_and_chapters_are_apart(
    release: Icd10cmRelease, text: str, is_code: bool, is_section: bool, is_chapter: bool
) -> None:
    assert (text in release) == is_code
    assert (text in release.sections) == is_section
    assert (text.isdigit() and int(text) in release.chapters) == is_chapter
    if not is_code:
        with pytest.raises(UnknownCodeError):
            release[text]


def test_a_code_made_by_a_seventh_character_is_a_code_like_any_other(
    release: Icd10cmRelease,
) -> None:
    code = release["M48.40XS"]
    assert [above.code for above in code.ancestors] == ["M48.40", "M48.4", "M48"]
    assert (str(code.section), str(code.chapter)) == ("M45-M49", "chapter 13")
    assert code.display == "Fatigue fracture of vertebra, site unspecified, sequela of fracture"
    assert not code.children
    assert not code.descendants
    assert not code.notes
    assert code.seventh_character is not None
    assert code.seventh_character.meaning == "sequela of fracture"
    assert isinstance(release.check("M48.40XS"), Valid)
    for header in ("C00", "H60.1", "M48.40", "M84.3"):
        assert isinstance(release.check(header), Header)


# Titles.


def test_titles(release: Icd10cmRelease) -> None:
    assert release.chapters[12].title == "Diseases of the skin and subcutaneous tissue (L00-L99)"
    nerves = "Systemic atrophies primarily affecting the central nervous system (G10-G14)"
    assert release.sections["G10-G14"].title == nerves
    assert release["C00"].display == "Malignant neoplasm of lip"
    assert release["H60.1"].display == "Cellulitis of external ear"


# Place in the tree.


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("C00", ["C00-C14", "C00-C75", "C00-C96", "chapter 2"]),
        ("H60.1", ["H60", "H60-H62", "chapter 8"]),
        ("G10", ["G10-G14", "chapter 6"]),
        ("M48.40XS", ["M48.40", "M48.4", "M48", "M45-M49", "M40-M54", "chapter 13"]),
        ("C7A.00", ["C7A.0", "C7A", "C7A", "C00-C96", "chapter 2"]),
    ],
)
def test_what_stands_above(release: Icd10cmRelease, code: str, above: list[str]) -> None:
    own = release[code]
    found = [str(ancestor) for ancestor in own.ancestors]
    section = own.section
    while section is not None:
        found.append(str(section))
        section = section.parent
    assert [*found, str(own.chapter)] == above


@pytest.mark.parametrize(
    ("code", "below"),
    [
        ("C00", "C00.0 C00.1 C00.2 C00.3 C00.4 C00.5 C00.6 C00.8 C00.9"),
        ("H60.1", "H60.10 H60.11 H60.12 H60.13"),
        ("E35", ""),
    ],
)
def test_children_in_their_order(release: Icd10cmRelease, code: str, below: str) -> None:
    assert [child.code for child in release[code].children] == below.split()
    assert [each.code for each in release[code].descendants] == below.split()
    assert all(child.parent == release[code] for child in release[code].children)


def test_what_chapters_and_sections_hold(release: Icd10cmRelease) -> None:
    assert " ".join(section.id for section in release.chapters[12].sections) == (
        "L00-L08 L10-L14 L20-L30 L40-L45 L49-L54 L55-L59 L60-L75 L76 L80-L99"
    )
    nerves = release.sections["G10-G14"]
    assert [code.code for code in nerves.categories] == ["G10", "G11", "G12", "G13", "G14"]
    assert " ".join(nerves.codes.codes) == (
        "G10 G11 G11.0 G11.1 G11.10 G11.11 G11.19 G11.2 G11.3 G11.4 G11.8 G11.9 G12 G12.0 G12.1"
        " G12.2 G12.20 G12.21 G12.22 G12.23 G12.24 G12.25 G12.29 G12.8 G12.9 G13 G13.0 G13.1 G13.2"
        " G13.8 G14"
    )


def test_sections_of_one_category(release: Icd10cmRelease) -> None:
    assert [code.code for code in release.sections["L76"].categories] == ["L76"]
    for name in ("B99", "C7A", "D49", "L76", "U07"):
        if name in release.sections:
            assert release.sections[name].title != release[name].display
            assert release[name].parent is None
            assert release[name].section == release.sections[name]


def test_ancestors_and_descendants(release: Icd10cmRelease) -> None:
    assert release["H60.1"].is_descendant_of("H60")
    assert release["H60"].is_ancestor_of("h601")
    assert not release["H60.1"].is_ancestor_of("H60")
    assert not release["E15"].is_ancestor_of("E15")
    assert not release["E15"].is_descendant_of("E15")
    assert str(release.lowest_common_ancestor("Z52.5", "Z52.819")) == "Z52"
    assert str(release.lowest_common_ancestor("Z525", "z52.819")) == "Z52"
    assert str(release.lowest_common_ancestor("G10", "G14")) == "G10-G14"


def test_the_order_is_the_tabular_one(release: Icd10cmRelease) -> None:
    assert " ".join(release.codes[:13]) == (
        "A00 A00.0 A00.1 A00.9 A01 A01.0 A01.00 A01.01 A01.02 A01.03 A01.04 A01.05 A01.09"
    )
    # Counted together with the chapters and sections before it, P00 has place 27,735.
    chapters = [chapter for number, chapter in release.chapters.items() if number <= 16]
    before = [each.id for chapter in chapters[:-1] for each in chapter.sections]
    assert release.row_of("P00") + len(chapters) + len(before) + 1 == 27_735


# Spelling.


@pytest.mark.parametrize(
    ("dotted", "compact"), [("H60.1", "H601"), ("M48.40XS", "M4840XS"), ("C00", "C00")]
)
def test_with_and_without_the_dot(release: Icd10cmRelease, dotted: str, compact: str) -> None:
    for text in (dotted, compact):
        assert normalize(text) == release[text].code == dotted
        assert release[text].compact == compact


# Notes.

NOTES: dict[str, dict[NoteKind, list[str]]] = {
    "A06": {
        NoteKind.INCLUDES: ["infection due to Entamoeba histolytica"],
        NoteKind.EXCLUDES1: ["other protozoal intestinal diseases (A07.-)"],
        NoteKind.EXCLUDES2: ["acanthamebiasis (B60.1-)", "Naegleriasis (B60.2)"],
    },
    "A81": {
        NoteKind.INCLUDES: ["diseases of the central nervous system caused by prions"],
        NoteKind.USE_ADDITIONAL_CODE: [
            "code to identify:",
            "dementia with behavioral disturbance (F02.81)",
            "dementia without behavioral disturbance (F02.80)",
        ],
    },
    "A17.1": {
        NoteKind.INCLUSION_TERM: ["Tuberculoma of meninges (cerebral) (spinal)"],
        NoteKind.EXCLUDES2: ["tuberculoma of brain and spinal cord (A17.81)"],
    },
    "E09": {
        NoteKind.CODE_FIRST: [
            "poisoning due to drug or toxin, if applicable"
            " (T36-T65 with fifth or sixth character 1-4 or 6)"
        ],
        NoteKind.USE_ADDITIONAL_CODE: [
            "code for adverse effect, if applicable, to identify drug"
            " (T36-T50 with fifth or sixth character 5)",
            "code to identify control using:",
            "insulin (Z79.4)",
            "oral antidiabetic drugs (Z79.84)",
            "oral hypoglycemic drugs (Z79.84)",
        ],
        NoteKind.EXCLUDES1: [
            "diabetes mellitus due to underlying condition (E08.-)",
            "gestational diabetes (O24.4-)",
            "neonatal diabetes mellitus (P70.2)",
            "postpancreatectomy diabetes mellitus (E13.-)",
            "postprocedural diabetes mellitus (E13.-)",
            "secondary diabetes mellitus NEC (E13.-)",
            "type 1 diabetes mellitus (E10.-)",
            "type 2 diabetes mellitus (E11.-)",
        ],
    },
    "E35": {
        NoteKind.CODE_FIRST: [
            "underlying disease, such as:",
            "late congenital syphilis of thymus gland [Dubois disease] (A50.5)",
        ],
        NoteKind.USE_ADDITIONAL_CODE: [
            "code, if applicable, to identify:",
            "sequelae of tuberculosis of other organs (B90.8)",
        ],
        NoteKind.EXCLUDES1: [
            "Echinococcus granulosus infection of thyroid gland (B67.3)",
            "meningococcal hemorrhagic adrenalitis (A39.1)",
            "syphilis of endocrine gland (A52.79)",
            "tuberculosis of adrenal gland, except calcification (A18.7)",
            "tuberculosis of endocrine gland NEC (A18.82)",
            "tuberculosis of thyroid gland (A18.81)",
            "Waterhouse-Friderichsen syndrome (A39.1)",
        ],
    },
    "H60.1": {
        NoteKind.INCLUSION_TERM: [
            "Cellulitis of auricle",
            "Cellulitis of external auditory canal",
        ],
    },
    "M84.3": {
        NoteKind.INCLUSION_TERM: [
            "Fatigue fracture",
            "March fracture",
            "Stress fracture NOS",
            "Stress reaction",
        ],
        NoteKind.USE_ADDITIONAL_CODE: [
            "external cause code(s) to identify the cause of the stress fracture"
        ],
        NoteKind.EXCLUDES1: [
            "pathological fracture NOS (M84.4.-)",
            "pathological fracture due to osteoporosis (M80.-)",
            "traumatic fracture (S12.-, S22.-, S32.-, S42.-, S52.-, S62.-, S72.-, S82.-, S92.-)",
        ],
        NoteKind.EXCLUDES2: [
            "personal history of (healed) stress (fatigue) fracture (Z87.312)",
            "stress fracture of vertebra (M48.4-)",
        ],
        NoteKind.SEVENTH_CHARACTER_NOTE: [
            "The appropriate 7th character is to be added to each code from subcategory M84.3:"
        ],
    },
    "M48.40XS": {},
}


@pytest.mark.parametrize("code", NOTES)
def test_the_notes_of_a_code_by_kind(release: Icd10cmRelease, code: str) -> None:
    found = {kind: texts(release[code], kind) for kind in NoteKind}
    assert {kind: notes for kind, notes in found.items() if notes} == NOTES[code]


def test_the_notes_of_a_section(release: Icd10cmRelease) -> None:
    malnutrition = release.sections["E40-E46"]
    assert malnutrition.title == "Malnutrition (E40-E46)"
    assert texts(malnutrition, NoteKind.EXCLUDES1) == [
        "intestinal malabsorption (K90.-)",
        "sequelae of protein-calorie malnutrition (E64.0)",
    ]
    assert texts(malnutrition, NoteKind.EXCLUDES2) == [
        "nutritional anemias (D50-D53)",
        "starvation (T73.0)",
    ]


# Seventh characters.


def test_seventh_characters_and_where_they_are_announced(release: Icd10cmRelease) -> None:
    stress = {choice.character: choice.meaning for choice in release["M84.3"].seventh_characters}
    assert stress == {
        "A": "initial encounter for fracture",
        "D": "subsequent encounter for fracture with routine healing",
        "G": "subsequent encounter for fracture with delayed healing",
        "K": "subsequent encounter for fracture with nonunion",
        "P": "subsequent encounter for fracture with malunion",
        "S": "sequela",
    }
    vertebra = release["M48.40XS"]
    assert {choice.character: choice.meaning for choice in vertebra.seventh_characters} == {
        "A": "initial encounter for fracture",
        "D": "subsequent encounter for fracture with routine healing",
        "G": "subsequent encounter for fracture with delayed healing",
        "S": "sequela of fracture",
    }
    announced = [n for n in vertebra.inherited_notes if n.kind is NoteKind.SEVENTH_CHARACTER_NOTE]
    assert [(note.owner, note.text) for note in announced] == [
        (
            release["M48.4"],
            "The appropriate 7th character is to be added to each code from subcategory M48.4:",
        )
    ]
    for code in ("A06", "A81", "E09", "A17.1", "H60.1"):
        assert release[code].seventh_characters == ()


def test_codes_of_later_releases_are_not_in_it(release: Icd10cmRelease) -> None:
    for code in ("U09", "A41.54", "E11.A"):
        assert code not in release
    assert "U09" in full("2026-april")
    assert "A41.54" in full("2026-april")
