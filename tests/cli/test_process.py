"""The command as a process: pipes, signals, missing extras, broken outputs, quick starts."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from cli.conftest import START, Process, Run, environment, python
from codesets.cli.app import VERBS
from codesets.icd10cm import Icd10cmRelease

WITHOUT_CLICK = "import sys; sys.modules['click'] = None; " + START
NO_ESCAPE = b"\x1b"

posix = pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")


def test_codes_from_a_pipe(process: Process) -> None:
    done = process("check", stdin=b"A00.0\nA00.9\n")
    assert done.returncode == 0
    assert done.stdout.decode().splitlines() == [
        "A00.0\tvalid\tBlue fever, Ménage type",
        "A00.9\tvalid\tBlue fever, unspecified",
    ]
    assert done.stderr == b"codesets: answers from 2026-april, which ran out on 2026-09-30\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "A00.0"], 0),
        (["check", "A00"], 1),
        (["show", "Q99"], 1),
        (["show", "--release", "1999", "A00"], 2),
        (["nonsense"], 2),
        (["show", "--release", "./none.codeset", "A00"], 3),
        (["build", "none.xml", "-o", "out.codeset"], 3),
        (["--version"], 0),
    ],
)
def test_exit_codes(process: Process, arguments: list[str], code: int) -> None:
    done = process(*arguments)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert NO_ESCAPE not in done.stdout + done.stderr


def test_without_the_extra(process: Process) -> None:
    done = process("show", "A00", start=WITHOUT_CLICK)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.decode() == 'codesets: the command needs: pip install "codesets[cli]"\n'


@posix
def test_reader_that_has_had_enough(process: Process) -> None:
    started = subprocess.Popen(
        [*python(), "check"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert started.stdout is not None
    started.stdout.close()
    _, errors = started.communicate(b"A00.0\n" * 50_000, timeout=120)
    assert started.returncode == 128 + signal.SIGPIPE
    assert errors == b"codesets: answers from 2026-april, which ran out on 2026-09-30\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("arguments", [["show", "A00"], ["export", "--format", "csv"]])
def test_output_that_is_full(process: Process, arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = process(*arguments, stdout=full.fileno())
    assert done.returncode == 3
    assert done.stderr.endswith(b"codesets: No space left on device\n")
    assert b"Exception ignored" not in done.stderr


@posix
def test_streams_that_are_closed() -> None:
    def shell(redirection: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = shlex.join([*python(), *arguments])
        return subprocess.run(
            ["sh", "-c", f"{command} {redirection}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment(),
            check=False,
        )

    done = shell(">&-", "show", "A00")
    assert (done.returncode, done.stderr) == (3, b"codesets: standard output is closed\n")
    done = shell("2>&-", "show", "A00")
    assert (done.returncode, done.stdout[:3]) == (0, b"A00")
    for arguments in (["check"], ["check", "-"]):
        done = shell("<&-", *arguments)
        assert b"Traceback" not in done.stderr
        assert b"internal error" not in done.stderr
        assert done.returncode == (0 if "-" in arguments else 2)


@posix
def test_an_argument_that_is_no_utf8(process: Process) -> None:
    done = process("check", "--json", os.fsdecode(b"A0\xff"))
    assert json.loads(done.stdout.decode("utf-8"))["text"] == "A0\ufffd"
    assert json.loads(process("check", "--json", stdin=b"A0\xff").stdout)["text"] == "A0\ufffd"


@posix
@pytest.mark.usefixtures("interruptible")
def test_interrupted(process: Process) -> None:
    started = subprocess.Popen(
        [*python(), "check"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(PYTHONUNBUFFERED="1"),
    )
    assert started.stdin is not None
    assert started.stdout is not None
    assert started.stderr is not None
    started.stdin.write(b"A00.0\n")
    started.stdin.flush()
    # Once the first answer is out nothing is left to import: the process waits for more.
    assert started.stderr.readline().startswith(b"codesets: answers from")
    assert started.stdout.readline().startswith(b"A00.0\tvalid")
    started.send_signal(signal.SIGINT)
    _, errors = started.communicate(timeout=120)
    assert started.returncode == 128 + signal.SIGINT
    assert errors.strip() == b"codesets: interrupted"


@posix
@pytest.mark.parametrize("no_color", [False, True])
def test_in_a_terminal(data_folder: Path, no_color: bool) -> None:
    import pty  # Windows has none

    ours, theirs = pty.openpty()
    changes = {"TERM": "xterm-256color", "COLUMNS": "60"} | ({"NO_COLOR": "1"} if no_color else {})
    started = subprocess.Popen(
        [*python(), "show", "A00"],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environment(**changes),
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux says so that the other end is closed
            break
        if not part:
            break
        shown += part
    started.communicate(timeout=120)
    os.close(ours)
    assert started.returncode == 0
    assert (b"\x1b[" in shown) is not no_color
    assert "Ménage type" in shown.decode()


def test_output_that_cannot_write_accents(process: Process) -> None:
    done = process("show", "A00.0", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert b"M?nage" in done.stdout
    as_json = process("show", "A00.0", "--json", env={"PYTHONIOENCODING": "ascii"})
    assert rb"M\u00e9nage" in as_json.stdout


def test_nothing_is_loaded_that_was_not_asked_for(process: Process) -> None:
    start = (
        "import atexit, sys; atexit.register(lambda: print([name for name in"
        " ('rich', 'lxml', 'sqlite3', 'codesets.icd10cm.build', 'codesets.embedding')"
        " if name in sys.modules], file=sys.stderr)); " + START
    )
    for arguments in (["show", "A00"], ["check", "A00.0"], ["select", "A00", "--json"]):
        done = process(*arguments, start=start)
        assert done.returncode == 0
        assert done.stderr.splitlines()[-1] == b"[]"


def test_a_mistake_in_the_program_is_one_line(
    run: Run, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by\nchance")

    monkeypatch.setattr(Icd10cmRelease, "check", fail)
    result = run("check", "A00.0")
    assert result.exit_code == 70
    assert result.stderr.splitlines()[-1] == (
        "codesets: internal error, please report it: ZeroDivisionError: by chance"
        " (CODESETS_DEBUG=1 shows where)"
    )
    monkeypatch.setenv("CODESETS_DEBUG", "1")
    assert isinstance(run("check", "A00.0").exception, ZeroDivisionError)


@pytest.mark.parametrize("verb", VERBS)
def test_help(run: Run, verb: str) -> None:
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: codesets {verb} ")
    assert all(len(line) <= 80 for line in result.stdout.splitlines())
    # The list of verbs shows each in full.
    assert "..." not in run("--help").stdout.partition("Commands:")[2]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(run: Run, shell: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_CODESETS_COMPLETE={shell}_complete" in result.stdout
    assert run("completion", "csh").exit_code == 2


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("codesets sh", ["plain,show"]),
        ("codesets show A0", ["plain,A00", "plain,A01"]),
        ("codesets show A00", ["plain,A00.0", "plain,A00.9"]),
        ("codesets show T36.0X1", ["plain,T36.0X1A", "plain,T36.0X1D"]),
        ("codesets show A00.0", ["plain,A00.0"]),
        ("codesets show --release 2026", ["plain,2026-april"]),
        ("codesets show --release x", ["file,x"]),
        ("codesets show --system ic", ["plain,icd10cm"]),
        ("codesets show --release 1999 A0", []),
    ],
)
def test_completing(process: Process, words: str, completed: list[str]) -> None:
    count = len(words.split()) - 1
    env = {
        "_CODESETS_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(count),
    }
    done = process(env=env)
    assert done.stdout.decode().split() == completed
    assert done.stderr == b""


@posix
@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "{}", "-o", "out.codeset"),
        ("reconcile", "{}"),
        ("verify", "{}"),
        ("show", "--release", "{}", "A00"),
        ("install", "--from", "{}"),
    ],
    ids=lambda arguments: str(arguments[0]),
)
def test_the_command_names_a_pipe_in_one_line(
    run: Run, pipe: Path, arguments: tuple[str, ...]
) -> None:
    done = run(*(argument.format(pipe) for argument in arguments))
    assert done.exit_code == 3
    assert "it is a pipe, a socket or a device" in done.stderr
    assert len(done.stderr.splitlines()) == 1
