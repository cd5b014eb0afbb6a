"""The lines of one of CMS's text files: decoding, line ends, the old end-of-file mark."""

from __future__ import annotations

from codesets.problems import AnomalyKind, Problems

__all__ = ["lines_of"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def lines_of(data: bytes, problems: Problems) -> list[str]:
    """The lines of a text file, without their ends.

    CMS writes CRLF, and Windows code page 1252 where it leaves ASCII (preambles: non-breaking
    blanks and a typographic apostrophe). Copies that passed through other hands have bare LF, or
    UTF-8; those are read too, and listed as oddities.

    Args:
        data: the bytes of the file.
        problems: takes the oddities; a byte that no code page has is a loss.
    """
    text = _decoded(data, problems)
    if text.endswith("\x1a"):
        problems.oddity(
            AnomalyKind.UNEXPECTED_VALUE,
            "the end-of-file mark of old DOS programs (0x1A) closes the file",
            found="\x1a",
        )
        text = text.rstrip("\x1a")
    bare = text.count("\n") - text.count("\r\n")
    if bare:
        problems.oddity(
            AnomalyKind.LINE_ENDS, f"{bare:,} lines end in LF where the publisher writes CRLF"
        )
        text = text.replace("\r\n", "\n")
    lines = text.split("\n" if bare else "\r\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def _decoded(data: bytes, problems: Problems) -> str:
    if data.startswith(_BYTE_ORDER_MARK):
        problems.oddity(AnomalyKind.BYTE_ORDER_MARK, "a byte order mark begins the file", line=1)
        data = data[len(_BYTE_ORDER_MARK) :]
    if data.isascii():
        return data.decode("ascii")
    try:
        # Bytes of code page 1252 outside ASCII practically never form UTF-8 by chance.
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        problems.loss(
            f"byte 0x{data[error.start]:02X} is no character of Windows code page 1252",
            line=data.count(b"\n", 0, error.start) + 1,
        )
    return data.decode("cp1252", errors="replace")
