"""Telling files apart by what they hold, however oddly they begin."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from codesets import icd10cm
from codesets.errors import SourceError, SourceFormatError
from codesets.icd10cm import Icd10cmRelease
from codesets.icd10cm.kinds import kind_of
from codesets.icd10cm.layout import Kind
from codesets.problems import AnomalyKind
from codesets.sources import open_sources
from icd10cm.writer import archive

DATA = Path(__file__).resolve().parent.parent / "data" / "icd10cm"
XML, ORDER, CODES = ((DATA / name).read_bytes() for name in ("sound.xml", "order.txt", "codes.txt"))
ROOT = b"<ICD10CM.tabular>"


def parse(*data: bytes, lenient: bool = False) -> Icd10cmRelease:
    return icd10cm.parse(*map(io.BytesIO, data), lenient=lenient)


def kind(data: bytes) -> Kind:
    (file,) = open_sources([io.BytesIO(data)])
    return kind_of(file)


def anomalies(release: Icd10cmRelease) -> list[tuple[AnomalyKind, str]]:
    return [(anomaly.kind, anomaly.place.file) for anomaly in release.anomalies]


LONG = b"<!-- " + b"no end of words " * 1000 + b" -->\r\n"


@pytest.mark.parametrize(
    "data",
    [
        XML.replace(ROOT, LONG + ROOT),
        XML.replace(ROOT, LONG + b"<?fold all?>\r\n" + LONG + ROOT),
        XML.replace(ROOT, b"<!-- ICD10CM.index -->" + ROOT),
        XML[XML.index(ROOT) :],
    ],
    ids=["long comment", "comments", "comment of something else", "no declaration"],
)
def test_a_tabular_list_is_known_by_its_root(data: bytes) -> None:
    release = parse(data, ORDER)
    assert release.sources == ("tabular", "order")
    assert release == parse(XML, ORDER)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", ["utf-8", "utf-16"])
def test_utf_16_is_read_and_listed(encoding: str, declared: str) -> None:
    text = XML.decode().replace('"utf-8"', f'"{declared}"')
    if encoding != "utf-16":
        text = "\ufeff" + text
    release = parse(text.encode(encoding))
    assert release == parse(XML)
    assert (AnomalyKind.ENCODING, "<open file>") in anomalies(release)
    assert AnomalyKind.LINE_ENDS not in dict(anomalies(release))
    order = parse(("\ufeff" + ORDER.decode()).encode("utf-16-be"))
    assert order == parse(ORDER)
    assert anomalies(order) == [(AnomalyKind.ENCODING, "<open file>")]


def first(old: bytes, new: bytes) -> bytes:
    assert old in ORDER
    return ORDER.replace(old, new, 1)


@pytest.mark.parametrize(
    "data",
    [
        b"ICD-10-CM ORDER FILE 2027\r\n" + ORDER,
        first(b"00001 S00 ", b"00001  S00"),
        first(b"S00     1", b"S00      "),
        first(b"S00", b"s00"),
        ORDER.replace(b"S0", b"s0"),
    ],
    ids=["title", "shifted", "no flag", "lower case", "all lower case"],
)
def test_an_order_file_that_begins_oddly_is_told_by_most_of_its_lines(data: bytes) -> None:
    """The reader then says what is wrong with the first."""
    assert kind(data) is Kind.ORDER
    for others in ((), (XML,)):
        with pytest.raises(SourceFormatError, match="no record of the order file") as caught:
            parse(data, *others)
        assert caught.value.line == 1


def test_a_codes_file_that_begins_oddly_is_told_too() -> None:
    assert kind(b"Codes\x1a\r\n" + CODES) is Kind.CODES
    with pytest.raises(SourceFormatError, match="no record of the codes file"):
        parse(b"Codes\x1a\r\n" + CODES, XML)


@pytest.mark.parametrize(
    "data",
    [
        b"".join(b"%05d A%03d    00000\r\n" % (n, n) for n in range(100, 200)),
        b"".join(b"%05d Intestinal infection %d\r\n" % (n, n) for n in range(100, 200)),
        b"".join(b"A%04d\tBLUE FEVER\t%d\r\n" % (n, n) for n in range(100, 200)),
        b"00001 Dear colleague,\r\n",
        b"",
    ],
    ids=["GEM", "titles of ICD-9-CM", "table", "a line", "nothing"],
)
def test_a_list_of_something_else_is_none_of_ours(data: bytes) -> None:
    assert kind(data) is Kind.UNKNOWN


@pytest.mark.parametrize("data", [b"Dear colleague,\r\n", b"<foo/>", b"", b"\x89PNG"])
def test_what_is_handed_in_by_itself_is_never_dropped_without_a_word(
    data: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"letter\.txt is of no known kind") as caught:
        icd10cm.parse(path, DATA / "order.txt")
    assert caught.value.file == "letter.txt"
    release = icd10cm.parse(path, DATA / "order.txt", lenient=True)
    assert anomalies(release) == [(AnomalyKind.PASSED_OVER, "letter.txt")]
    # In a folder or an archive all sorts of files lie about: they are listed.
    for source in (tmp_path, io.BytesIO(archive({"a/letter.txt": data}))):
        release = icd10cm.parse(source, DATA / "order.txt")
        assert release == parse(ORDER)
        ((passed, name),) = anomalies(release)
        assert passed is AnomalyKind.PASSED_OVER
        assert name.endswith("letter.txt")


def test_a_list_under_another_root_is_refused_by_its_reader() -> None:
    data = XML.replace(b"ICD10CM.tabular", b"ICD11CM.tabular")
    with pytest.raises(SourceFormatError, match=r"root element ICD11CM\.tabular"):
        parse(archive({"a.xml": data, "b.txt": ORDER}))
