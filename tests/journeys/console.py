"""Runs the `console` blocks of a Markdown file in one shell and compares what is printed.

A line that starts with `$ ` is a command; the lines up to the next one are what it prints. `…` stands for anything. A
command without expected lines must print nothing on standard error and end well.
"""

import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_END = "--end of output--"


class Step(msgspec.Struct, frozen=True):
    """A command and what it prints; `line` is where it stands in the file."""

    line: int
    command: str
    expected: str


def steps(page: Path) -> Iterator[Step]:
    """The commands of the page in order."""
    text = page.read_text(encoding="utf-8")
    for block in _BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1)) + 1
        found: list[tuple[int, str, list[str]]] = []
        for offset, line in enumerate(block.group(1).splitlines()):
            if line.startswith("$ "):
                found.append((first + offset, line[2:], []))
            else:
                found[-1][2].append(line)
        yield from (Step(number, command, "\n".join(expected)) for number, command, expected in found)


class Shell:
    """One bash in which all commands run, so that variables and functions live on."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def run(self, command: str, within: float = 60.0) -> str:
        """What the command prints, without the last line's end; a shell that takes longer than `within` s is ended."""
        assert self._bash.stdin and self._bash.stdout
        watch = threading.Timer(within, self._bash.kill)
        watch.start()
        try:
            return self._answer(command)
        finally:
            watch.cancel()

    def _answer(self, command: str) -> str:
        assert self._bash.stdin and self._bash.stdout
        self._bash.stdin.write(f"{command}\necho '{_END}'\n")
        self._bash.stdin.flush()
        lines = []
        for line in self._bash.stdout:
            if line.rstrip("\n") == _END:
                return "".join(lines).rstrip("\n")
            lines.append(line)
        raise AssertionError(f"the shell ended in: {command}\n{''.join(lines)}")

    def close(self) -> None:
        """End the shell."""
        assert self._bash.stdin and self._bash.stdout
        self._bash.stdin.close()
        self._bash.wait(10)
        self._bash.stdout.close()


def fits(expected: str, printed: str) -> bool:
    """Whether the printed text is the expected one, `…` standing for anything."""
    pattern = ".*".join(re.escape(part) for part in expected.split("…"))
    return re.fullmatch(pattern, printed, re.DOTALL) is not None
