"""One small release written by hand, true to the official one in form, and the files of it.

It holds every element of the grammar and every oddity of structure that official lists have, in
some seventy codes: overviews inside overviews, a one-category section with the category's id,
C4A before C44, QA0, placeholders, seven characters spelt out, a definition that overrides another
one, notes inside a definition, a repeated note element, the table of visual impairment, S06.
"""

from __future__ import annotations

from codesets.icd10cm.layout import NoteKind
from icd10cm.model import (
    Category,
    Chapter,
    Definition,
    Diag,
    Extension,
    IntroPart,
    NoteElement,
    Official,
    Range,
    Section,
)

__all__ = ["SMALL"]

ENCOUNTER = "The appropriate 7th character is to be added to each code from category {}"
INITIAL = Extension("A", "initial encounter")
SUBSEQUENT = Extension("D", "subsequent encounter")
SEQUELA = Extension("S", "sequela")


def _note(kind: NoteKind, *texts: str) -> NoteElement:
    return NoteElement(kind, texts)


def _encounters(category: str) -> Definition:
    return Definition(ENCOUNTER.format(category), (INITIAL, SUBSEQUENT, SEQUELA))


def _placeholder(code: str, title: str, *below: Diag) -> Diag:
    return Diag(code, title, (), below, is_placeholder=True)


NEOPLASMS = Chapter(
    "Neoplasms (C00-D49)",
    (
        Section(
            "C00-C96",
            "Malignant neoplasms (C00-C96)",
            (_note(NoteKind.NOTE, "made up: a note of the outer overview"),),
        ),
        Section(
            "C00-C75",
            "Malignant neoplasms, stated to be primary (C00-C75)",
            (_note(NoteKind.EXCLUDES2, "made up: a note of the inner overview"),),
        ),
        Section(
            "C00-C14",
            "Malignant neoplasms of lip, oral cavity and pharynx (C00-C14)",
            (),
            (Diag("C00", "Malignant neoplasm of lip", (), (Diag("C000", "External upper lip"),)),),
        ),
        Section(
            "C43-C44",
            "Melanoma and other malignant neoplasms of skin (C43-C44)",
            (_note(NoteKind.CODE_ALSO, "any associated condition"),),
            (
                Diag("C43", "Malignant melanoma of skin"),
                Diag("C4A", "Merkel cell carcinoma", (), (Diag("C4A0", "Carcinoma of lip"),)),
                Diag(
                    "C44",
                    "Other malignant neoplasm of skin",
                    (),
                    (
                        Diag(
                            "C441",
                            "Skin of eyelid",
                            (),
                            (
                                Diag(
                                    "C4410",
                                    "Skin of eyelid, unspecified",
                                    (),
                                    (
                                        Diag(
                                            "C44102",
                                            "Skin of right eyelid",
                                            (),
                                            (Diag("C441021", "Skin of right upper eyelid"),),
                                        ),
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Section(
            "C69-C75",
            "Malignant neoplasms of eye and brain (C69-C75)",
            (),
            (Diag("C69", "Malignant neoplasm of eye"), Diag("C75", "Other endocrine glands")),
        ),
        Section(
            "C7A",
            "Malignant neuroendocrine tumors (C7A)",
            (),
            (Diag("C7A", "Malignant neuroendocrine tumors", (), (Diag("C7A0", "Carcinoids"),)),),
        ),
        Section(
            "C81-C96",
            "Malignant neoplasms of lymphoid tissue (C81-C96)",
            (),
            (Diag("C88", "Waldenström macroglobulinemia"), Diag("C96", "Other lymphoid tissue")),
        ),
    ),
    (
        _note(NoteKind.NOTE, "Functional activity"),
        _note(NoteKind.NOTE, "Morphology [Histology]"),
    ),
    ("C00-C14", "C43-C44", "C69-C75", "C7A", "C81-C96"),
    1,
)

ENDOCRINE = Chapter(
    "Endocrine, nutritional and metabolic diseases (E00-E89)",
    (
        Section(
            "E08-E13",
            "Diabetes mellitus (E08-E13)",
            (),
            (
                Diag("E10", "Type 1 diabetes mellitus", (), (Diag("E109", "Type 1 diabetes"),)),
                Diag(
                    "E11",
                    "Type 2 diabetes mellitus",
                    (
                        _note(NoteKind.INCLUDES, "diabetes due to insulin secretory defect"),
                        _note(NoteKind.USE_ADDITIONAL_CODE, "to identify control using:"),
                        _note(NoteKind.EXCLUDES1, "type 1 diabetes mellitus (E10.-)", "R73.-"),
                        _note(NoteKind.USE_ADDITIONAL_CODE, "code, if applicable (Z79.-)"),
                    ),
                    (
                        Diag(
                            "E116",
                            "Type 2 diabetes mellitus with other specified complications",
                            (),
                            (
                                Diag("E1165", "Type 2 diabetes mellitus with hyperglycemia"),
                                Diag("E1169", "Type 2 diabetes mellitus with other complication"),
                            ),
                        ),
                        Diag(
                            "E119",
                            "Type 2 diabetes mellitus without complications",
                            (_note(NoteKind.INCLUSION_TERM, "Type 2 diabetes NOS"),),
                        ),
                    ),
                ),
            ),
        ),
    ),
    (_note(NoteKind.EXCLUDES1, "transitory endocrine disorders of newborn (P70-P74)"),),
    ("E08-E13",),
)

EYE = Chapter(
    "Diseases of the eye and adnexa (H00-H59)",
    (
        Section(
            "H30-H54",
            "Disorders of retina; visual disturbances and blindness (H30-H54)",
            (),
            (
                Diag(
                    "H35",
                    "Other retinal disorders",
                    (_note(NoteKind.CODE_FIRST, "underlying disease"),),
                    (
                        Diag(
                            "H3531",
                            "Nonexudative macular degeneration",
                            (
                                Definition(
                                    "One of the following 7th characters is to be assigned",
                                    (
                                        Extension("0", "stage unspecified"),
                                        Extension("1", "early dry stage", ("\tadvanced dry",)),
                                    ),
                                ),
                            ),
                            (
                                Diag("H35311", "Nonexudative degeneration, right eye"),
                                Diag("H35312", "Nonexudative degeneration, left eye"),
                            ),
                        ),
                    ),
                ),
                Diag(
                    "H54",
                    "Blindness and low vision",
                    (_note(NoteKind.NOTE, "For definition of visual impairment see the table"),),
                    (
                        Diag(
                            "H548",
                            "Legal blindness, as defined in Ménière's country",
                            visual=(
                                Category(
                                    ("Category of visual impairment", True),
                                    (
                                        Range(
                                            "Visual acuity with best possible correction",
                                            ("Maximum less than:", True),
                                            ("Minimum equal to or better than:", True),
                                        ),
                                    ),
                                ),
                                Category(
                                    ("1", False),
                                    (
                                        Range("", ("6/18", False), ("6/60", False)),
                                        Range("", ("20/70", False), None),
                                    ),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
    (),
    ("H30-H54",),
)

GENETIC = Chapter(
    "Congenital malformations (Q00-QA0)",
    (
        Section(
            "QA0",
            "Genetic disorders, not elsewhere classified (QA0)",
            (),
            (Diag("QA0", "Neurodevelopmental disorders", (), (Diag("QA01", "Brown-Séquard"),)),),
        ),
    ),
    (),
    ("QA0",),
)

INJURY = Chapter(
    "Injury, poisoning and certain other consequences of external causes (S00-T88)",
    (
        Section(
            "S00-S09",
            "Injuries to the head (S00-S09)",
            (),
            (
                Diag(
                    "S06",
                    "Intracranial injury",
                    (
                        _encounters("S06, except as noted below"),
                        _note(NoteKind.NOTE, "7th characters D and S do not apply to all codes"),
                    ),
                    (
                        Diag(
                            "S060",
                            "Concussion",
                            (),
                            (
                                _placeholder(
                                    "S060X",
                                    "Concussion",
                                    Diag("S060X1", "Concussion with loss of consciousness"),
                                    Diag("S060X7", "Concussion with death due to brain injury"),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Section(
            "S70-S79",
            "Injuries to the hip and thigh (S70-S79)",
            (),
            (
                Diag(
                    "S72",
                    "Fracture of femur",
                    (
                        Definition(
                            ENCOUNTER.format("S72"),
                            (
                                INITIAL,
                                Extension("B", "initial encounter for open fracture", ("NOS",)),
                                SEQUELA,
                            ),
                        ),
                    ),
                    (
                        Diag("S720", "Fracture of head and neck of femur"),
                        Diag(
                            "S7247",
                            "Torus fracture of lower end of femur",
                            (Definition(ENCOUNTER.format("S72.47"), (INITIAL, SUBSEQUENT)),),
                            (Diag("S72471", "Torus fracture of lower end of right femur"),),
                        ),
                    ),
                ),
            ),
        ),
        Section(
            "T07-T88",
            "Injury, poisoning and certain other consequences (T07-T88)",
            (_note(NoteKind.EXCLUDES2, "birth trauma (P10-P15)"),),
        ),
        Section(
            "T07",
            "Injuries involving multiple body regions (T07)",
            (),
            (Diag("T07", "Unspecified multiple injuries", (_encounters("T07"),)),),
        ),
        Section(
            "T36-T50",
            "Poisoning by, adverse effect of and underdosing of drugs (T36-T50)",
            (_note(NoteKind.USE_ADDITIONAL_CODE, "code(s) to specify manifestations"),),
            (
                Diag(
                    "T36",
                    "Poisoning by systemic antibiotics",
                    (_encounters("T36"),),
                    (
                        Diag(
                            "T360",
                            "Poisoning by penicillins",
                            (),
                            (
                                _placeholder(
                                    "T360X",
                                    "Poisoning by penicillins",
                                    Diag("T360X1", "Poisoning by penicillins, accidental"),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Section("T80-T88", "Complications of care (T80-T88)", (), (Diag("T88", "Other"),)),
    ),
    (
        _note(NoteKind.NOTE, "Use secondary code(s) from Chapter 20, External causes"),
        _note(NoteKind.USE_ADDITIONAL_CODE, "code to identify any retained foreign body"),
        _note(NoteKind.EXCLUDES1, "birth trauma (P10-P15)"),
    ),
    ("S00-S09", "S70-S79", "T07", "T36-T50", "T80-T88"),
    2,
)

SMALL = Official(
    "2026",
    (NEOPLASMS, ENDOCRINE, EYE, GENETIC, INJURY),
    (
        IntroPart("title", "ICD-10-CM TABULAR LIST of DISEASES and INJURIES"),
        IntroPart("instruction", "Includes:", (("The word 'Includes' appears", "further"),)),
    ),
)
"""A small release of 2026."""
