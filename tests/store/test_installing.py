"""Official files at hand become releases on the shelf, and what cannot be is told."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from codesets import hcpcs, icd10cm, shelf, store
from codesets.errors import CodesetsError, EditionError, SourceError
from codesets.store import State
from official import official_folder


def put(folder: Path, **files: bytes | Path) -> Path:
    """Write files into a folder; dots in their names are given as two low lines."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        content = data.read_bytes() if isinstance(data, Path) else data
        (folder / name.replace("__", ".")).write_bytes(content)
    return folder


def zipped(**files: bytes | Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            content = data.read_bytes() if isinstance(data, Path) else data
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def names() -> list[str]:
    return [f"{entry.system} {entry.edition}" for entry in store.entries()]


# One release.


def test_a_release_is_at_hand_once_installed(
    small_files: dict[str, Path], data_folder: Path
) -> None:
    done = store.install(*small_files.values(), edition="2026")
    (outcome,) = done
    assert done
    assert outcome.state is State.INSTALLED
    assert outcome.path == data_folder / "icd10cm-2026.codeset"
    assert outcome.sources == ("tabular", "order", "codes")
    assert sorted(info.kind for info in outcome.files) == ["codes", "order", "tabular"]
    assert outcome.name == "icd10cm 2026"
    assert str(outcome) == "icd10cm 2026 installed"
    assert icd10cm.load("2026") == icd10cm.parse(*small_files.values(), edition="2026")
    assert names() == ["icd10cm 2026"]
    assert store.provenance("icd10cm", "2026") == icd10cm.load("2026").provenance


def test_what_stands_there_already_is_not_written_again(small_files: dict[str, Path]) -> None:
    (first,) = store.install(*small_files.values(), edition="2026")
    assert first.path is not None
    before = first.path.stat()
    (again,) = store.install(*small_files.values(), edition="2026")
    assert again.state is State.THERE
    after = first.path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    # A file that is damaged inside is not what stood there.
    damaged = bytearray(first.path.read_bytes())
    damaged[-9] ^= 1
    first.path.write_bytes(bytes(damaged))
    (mended,) = store.install(*small_files.values(), edition="2026")
    assert mended.state is State.REPLACED
    assert all(store.verify())


def test_a_release_takes_the_place_of_one_that_holds_less(small_files: dict[str, Path]) -> None:
    store.install(small_files["order"], small_files["codes"], edition="2026")
    (outcome,) = store.install(small_files["tabular"], small_files["order"], edition="2026")
    # The codes file is but a check of the order file.
    assert outcome.state is State.REPLACED
    assert icd10cm.load("2026").sources == ("tabular", "order")


def test_a_release_does_not_take_the_place_of_one_that_holds_more(
    small_files: dict[str, Path],
) -> None:
    store.install(*small_files.values(), edition="2026")
    (outcome,) = done = store.install(small_files["order"], edition="2026")
    assert not done
    assert not outcome
    assert "have no tabular" in str(outcome.error)
    assert "--replace" in str(outcome.error)
    with pytest.raises(SourceError, match="have no tabular"):
        done.raise_refused()
    assert icd10cm.load("2026").sources == ("tabular", "order", "codes")
    assert store.install(small_files["order"], edition="2026", replace=True)
    assert icd10cm.load("2026").sources == ("order",)


def test_open_files_and_archives_are_taken_too(
    small_files: dict[str, Path], drop: Path, hcpcs_text: bytes
) -> None:
    both = zipped(x__xml=small_files["tabular"], y__txt=small_files["order"], readme=b"Hello")
    (outcome,) = store.install(io.BytesIO(both), edition="2026")
    assert outcome.sources == ("tabular", "order")
    assert outcome.place == "<open file>"
    assert [str(each) for each in outcome.passed_over] == [
        "<open file>!readme (no file that is read)"
    ]
    (outcome,) = store.install(io.BytesIO(hcpcs_text), edition="2025-january")
    assert hcpcs.load("2025-january").sources == ("text",)


# The edition.


def test_an_edition_later_than_the_calendar_is_told_by_the_names(
    small_files: dict[str, Path], drop: Path
) -> None:
    put(drop, icd10cm_order_2028__txt=small_files["order"], x__xml=small_files["tabular"])
    assert [str(each) for each in store.install(drop)] == ["icd10cm 2028 installed"]
    edition = icd10cm.load("2028").edition
    assert str(edition.effective_from) == "2027-10-01"


def test_a_quarter_later_than_the_calendar_too(hcpcs_text: bytes, drop: Path) -> None:
    put(drop / "april-2031-alpha-numeric-hcpcs-file", HCPC2031_APR_ANWEB__txt=hcpcs_text)
    assert [str(each) for each in store.install(drop)] == ["hcpcs 2031-april installed"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("order.txt", "is not recognised; say it with --edition"),
        # The calendar knows the files of 2025: these are none of them.
        ("icd10cm_order_2025.txt", r"\(their names speak of 2025\); say it with --edition"),
        ("icd10cm_2029_order_2028.txt", r"\(their names speak of 2028 and 2029\); say it with"),
    ],
)
def test_an_edition_that_cannot_be_told_is_refused(
    name: str, said: str, small_files: dict[str, Path], drop: Path, data_folder: Path
) -> None:
    shutil.copy(small_files["order"], drop / name)
    (outcome,) = done = store.install(drop)
    assert outcome.state is State.REFUSED
    with pytest.raises(EditionError, match=said):
        done.raise_refused()
    assert not data_folder.exists()


def test_candidates_that_are_not_the_same_files_are_named(
    small_files: dict[str, Path], drop: Path
) -> None:
    text = small_files["tabular"].read_text(encoding="utf-8")
    assert "<version>2026</version>" in text
    (drop / "x.xml").write_text(text.replace(">2026<", ">2025<"), encoding="utf-8")
    (outcome,) = store.install(drop)
    assert str(outcome.error) == (
        "the files may be those of icd10cm 2025 or 2025-april; say it with --edition (edition=…)"
    )
    (outcome,) = store.install(drop, edition="2025-april")
    assert outcome.name == "icd10cm 2025-april"


@pytest.mark.official
def test_the_very_same_files_bear_the_earliest_name_in_force(drop: Path) -> None:
    """The order files of 2014, 2015 and 2016 are byte-identical."""
    archive = official_folder("icd10cm", "2016") / "2016-code-descriptions-in-tabular-order.zip"
    with zipfile.ZipFile(archive) as opened:
        (drop / "order.txt").write_bytes(opened.read("icd10cm_order_2016.txt"))
    (outcome,) = store.install(drop)
    assert outcome.name == "icd10cm 2016"
    assert outcome.remarks == ("the very same files were issued as 2014 and 2015",)
    assert outcome.state is State.INSTALLED


# Several.


@pytest.fixture
def many(small_files: dict[str, Path], hcpcs_text: bytes, drop: Path) -> Path:
    """A folder of releases, some sound."""
    put(drop / "a" / "2028", o__txt=small_files["order"], t__xml=small_files["tabular"])
    put(drop / "b" / "2028-april", o__zip=zipped(order__txt=small_files["order"]), x__bin=b"\0")
    put(drop / "broken" / "2029", o__txt=small_files["order"].read_bytes()[:-40] + b"\r\n")
    put(drop / "cut" / "2030", o__zip=zipped(order__txt=small_files["order"])[:-30])
    put(drop / "hcpcs" / "2031-july", anweb__txt=hcpcs_text)
    put(drop / "other", a__pdf=b"%PDF-1.4", b__txt=b"nothing")
    put(drop, README__md=b"all releases")
    return drop


def test_all_releases_of_a_folder_of_folders_in_one_call(many: Path) -> None:
    done = store.install(many)
    assert names() == ["hcpcs 2031-july", "icd10cm 2028", "icd10cm 2028-april"]
    assert len(done.at_hand) == 3
    assert {outcome.place for outcome in done.refused} == {"broken/2029", "cut/2030"}
    with pytest.raises(CodesetsError) as told:
        done.raise_refused()
    assert "broken/2029: o.txt, line" in str(told.value)
    assert "cut/2030: o.zip is no readable archive" in str(told.value)
    passed = {o.place: [str(p) for p in o.passed_over] for o in done if o.passed_over}
    assert passed == {
        "drop": ["README.md (no file that is read)"],
        "other": ["a.pdf (document (PDF))", "b.txt (no file that is read)"],
        "b/2028-april": ["x.bin (no file that is read)"],
    }
    states = [each["state"] for each in done.to_dict()["outcomes"]]
    assert states.count("refused") == 2
    assert states.count("installed") == 3


def test_a_release_may_be_chosen_by_its_system(
    small_files: dict[str, Path], hcpcs_text: bytes, drop: Path
) -> None:
    put(drop, order_2028__txt=small_files["order"], hcpc2031_jan_anweb__txt=hcpcs_text)
    (outcome,) = store.install(drop, system="hcpcs")
    assert outcome.name == "hcpcs 2031-january"
    assert names() == ["hcpcs 2031-january"]
    assert [each.file for each in outcome.passed_over] == ["order_2028.txt"]


def test_a_release_of_one_system_never_touches_another(
    small_files: dict[str, Path], hcpcs_text: bytes, drop: Path, data_folder: Path
) -> None:
    store.install(io.BytesIO(hcpcs_text), edition="2025-january")
    path = data_folder / "hcpcs-2025-january.codeset"
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
    store.install(*small_files.values(), edition="2026")
    store.install(small_files["order"], edition="2025")
    store.remove("icd10cm", "2026")
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_what_is_being_done_is_told(many: Path) -> None:
    told: list[str] = []
    store.install(many, tell=told.append)
    assert "looking into a/2028" in told
    assert "reading icd10cm from a/2028" in told


def test_one_edition_is_not_that_of_several_releases(many: Path, data_folder: Path) -> None:
    with pytest.raises(
        EditionError, match="of one release only, and there are 4: icd10cm in a/2028"
    ):
        store.install(many, edition="2028")
    assert not data_folder.exists()


def test_nothing_to_install_is_said(drop: Path, tmp_path: Path, data_folder: Path) -> None:
    with pytest.raises(SourceError, match="nothing to install"):
        store.install()
    with pytest.raises(SourceError, match="holds no files"):
        store.install(drop)
    put(drop, a__pdf=b"%PDF-1.4", b__txt=b"nothing")
    with pytest.raises(
        SourceError, match=r"no release among the files: a\.pdf \(document \(PDF\)\)"
    ):
        store.install(drop)
    (outcome,) = store.install(tmp_path / "missing.zip")
    assert "cannot be read: No such file" in str(outcome.error)
    assert not data_folder.exists()


def test_a_release_may_lie_in_several_folders(small_files: dict[str, Path], drop: Path) -> None:
    """Archives that were unpacked, each into a folder of its own."""
    put(drop / "2028 Code Descriptions", a__txt=small_files["order"])
    tabular = small_files["tabular"].read_bytes().replace(b">2026<", b">2028<")
    put(drop / "2028 Table and Index", b__xml=tabular)
    done = store.install(drop)
    assert [(o.state, o.place) for o in done] == [
        (State.INSTALLED, "2028 Code Descriptions"),
        (State.REPLACED, "2028 Code Descriptions + 2028 Table and Index"),
    ]
    assert icd10cm.load("2028").sources == ("tabular", "order")
    # In a call of its own the tabular list would take the order file's place.
    (outcome,) = store.install(drop / "2028 Table and Index")
    assert "have no order" in str(outcome.error)


def test_two_releases_in_one_folder_are_refused(
    small_files: dict[str, Path], drop: Path, data_folder: Path
) -> None:
    text = small_files["order"].read_bytes()
    put(drop, order_2028__txt=text, order_2029__txt=text.replace(b"diabetes", b"Diabetes"))
    (outcome,) = store.install(drop)
    assert "two different order files" in str(outcome.error)
    assert not data_folder.exists()


# The shelf afterwards.


def test_a_release_is_removed(small_files: dict[str, Path], data_folder: Path) -> None:
    store.install(*small_files.values(), edition="2026")
    held = icd10cm.load("2026")
    assert store.remove("icd10cm", "2026") == data_folder / "icd10cm-2026.codeset"
    assert names() == []
    assert held["E11.9"].display == "Type 2 diabetes mellitus without complications"
    with pytest.raises(LookupError, match=r"icd10cm 2026 is not installed \(installed: none\)"):
        store.remove("icd10cm", "2026")
    with pytest.raises(LookupError, match="icd10cm 2026 is not at hand"):
        store.provenance("icd10cm", "2026")


def test_a_release_that_came_with_the_package_is_not_removed(
    small_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "embedded_folder", lambda: small_path.parent)
    assert names() == ["icd10cm 2026"]
    with pytest.raises(LookupError, match="comes with the package cannot be removed"):
        store.remove("icd10cm", "2026")


def test_what_is_damaged_is_told_and_can_be_removed(
    small_files: dict[str, Path], data_folder: Path
) -> None:
    store.install(*small_files.values(), edition="2026")
    store.install(small_files["order"], edition="2025")
    path = data_folder / "icd10cm-2026.codeset"
    path.write_bytes(path.read_bytes()[:-1])
    sound, cut = sorted(store.verify(), key=lambda each: str(each.path))
    assert sound
    assert not cut
    assert "is cut or extended" in cut.problem
    assert [each.path for each in store.verify("icd10cm", "2026")] == [path]
    assert store.remove("icd10cm", "2026") == path
    assert all(store.verify())
