"""The whole tree of errors.

Every error derives from `CodesetsError`, carries the thing it speaks of as attributes, derives from
the builtin that a Python programmer would expect, and says the way out in its message.
Findings about a *code* are data (`codesets.findings`), not errors: an error means a broken file, a
missing release or a mistake in the calling program.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "ArgumentTypeError",
    "CodesetsError",
    "ComparisonError",
    "ComparisonTypeError",
    "CompiledFileError",
    "CrosswalkError",
    "DigestError",
    "DownloadError",
    "EditionError",
    "FormatVersionError",
    "MalformedCodeError",
    "MalformedKeyError",
    "MissingExtraError",
    "ReleaseNotFoundError",
    "SelectionError",
    "SourceError",
    "SourceFormatError",
    "StoreError",
    "UnknownCodeError",
    "UnknownDivisionError",
]


class CodesetsError(Exception):
    """Root of all errors of this package; `str(error)` is one readable sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    # KeyError would print its message as a repr; every error here reads as a sentence.
    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.message, dict(self.__dict__)))


def _rebuild(kind: type[CodesetsError], message: str, details: dict[str, Any]) -> CodesetsError:
    error = kind.__new__(kind)
    CodesetsError.__init__(error, message)
    error.__dict__.update(details)
    return error


class ArgumentTypeError(CodesetsError, TypeError):
    """An argument of a wrong kind, as one text where a list is wanted."""

    def __init__(self, message: str, *, value: object) -> None:
        super().__init__(message)
        self.value = value


class UnknownCodeError(CodesetsError, KeyError):
    """A spelling that names no code of the release (`release[code]`)."""

    def __init__(self, message: str, *, code: object, release: str) -> None:
        super().__init__(message)
        self.code = code
        self.release = release


class UnknownDivisionError(CodesetsError, KeyError):
    """A key that is no chapter or section of the release (`release.sections[key]`)."""

    def __init__(self, message: str, *, key: object, release: str) -> None:
        super().__init__(message)
        self.key = key
        self.release = release


class MalformedCodeError(CodesetsError, ValueError):
    """A text that cannot be a code of the system, whatever the release (`normalize`)."""

    def __init__(self, message: str, *, text: object, system: str) -> None:
        super().__init__(message)
        self.text = text
        self.system = system


class MalformedKeyError(UnknownCodeError, MalformedCodeError):
    """A spelling that cannot be a code, asked for as a key (`release[code]`)."""

    def __init__(self, message: str, *, code: object, release: str, system: str) -> None:
        CodesetsError.__init__(self, message)
        self.code = self.text = code
        self.release = release
        self.system = system


class SelectionError(CodesetsError, ValueError):
    """A pattern, range or list of codes that a release cannot make sense of."""

    def __init__(self, message: str, *, pattern: object) -> None:
        super().__init__(message)
        self.pattern = pattern


class ReleaseNotFoundError(CodesetsError, LookupError):
    """No release at hand answers; the message says how to get one."""

    def __init__(self, message: str, *, system: str, wanted: object = None) -> None:
        super().__init__(message)
        self.system = system
        self.wanted = wanted


class EditionError(CodesetsError, ValueError):
    """An edition name that the system's calendar cannot place."""

    def __init__(self, message: str, *, system: str, name: object) -> None:
        super().__init__(message)
        self.system = system
        self.name = name


class SourceError(CodesetsError, ValueError):
    """The files handed in are not what was asked for: none, two that differ, unsafe, unreadable."""

    def __init__(self, message: str, *, file: str | None = None) -> None:
        super().__init__(message)
        self.file = file


class SourceFormatError(SourceError):
    """An official file does not hold what its format says; names file, line (or cell) and path."""

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        path: str | None = None,
    ) -> None:
        where = ", ".join(
            part
            for part in (file, f"line {line}" if line is not None else None, path or None)
            if part
        )
        super().__init__(f"{where}: {message}" if where else message, file=file)
        self.problem = message
        self.line = line
        self.path = path


class CrosswalkError(CodesetsError, ValueError):
    """Maps, releases or systems that do not belong together."""


class CompiledFileError(CodesetsError, ValueError):
    """A compiled file (`*.codeset`) is damaged, cut, or none at all."""

    def __init__(self, message: str, *, file: str | None = None) -> None:
        super().__init__(message)
        self.file = file


class FormatVersionError(CompiledFileError):
    """A compiled file of another format version: derived data is rebuilt, never migrated."""


class StoreError(CodesetsError, OSError):
    """The data folder cannot be read or written; what stood there stands there still."""

    def __init__(self, message: str, *, folder: str) -> None:
        super().__init__(message)
        self.folder = folder


class DownloadError(CodesetsError, OSError):
    """A publisher's file could not be had: no network, no such file, broken off, not allowed."""

    def __init__(self, message: str, *, url: str) -> None:
        super().__init__(message)
        self.url = url


class DigestError(CodesetsError, ValueError):
    """A publisher's file is not the one that was known: another one, or issued again."""

    def __init__(self, message: str, *, url: str, expected: tuple[str, ...], found: str) -> None:
        super().__init__(message)
        self.url = url
        self.expected = expected
        self.found = found


class ComparisonError(CodesetsError, ValueError):
    """Two releases that cannot be compared, or a diff that does not belong to a release."""


class ComparisonTypeError(ComparisonError, TypeError):
    """Something else was handed in than a release to compare, a diff, a change or addenda."""


class MissingExtraError(CodesetsError, ImportError):
    """A feature needs an optional dependency; the message names the extra to install."""

    def __init__(self, message: str, *, extra: str) -> None:
        super().__init__(message)
        self.extra = extra

    @classmethod
    def for_extra(cls, extra: str, purpose: str) -> MissingExtraError:
        """The error for `purpose` needing `extra`, with the command that installs it."""
        return cls(f'{purpose} needs: pip install "codesets[{extra}]"', extra=extra)
