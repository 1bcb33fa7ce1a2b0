# SPDX-License-Identifier: GPL-2.0-or-later
"""What the scripts share that write measured figures into documents."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(*command, folder=None):
    """What a command printed; ends the script when it fails."""
    command = [str(word) for word in command]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def table(header, rows, right=()):
    """Lines of Markdown; the columns of these numbers (from 0) stand to the right."""
    rule = "|" + "".join("---:|" if column in right else "---|" for column in range(len(header)))
    return ["| " + " | ".join(header) + " |", rule] + [
        "| " + " | ".join(row) + " |" for row in rows]


class Document:
    """A file in which scripts write what stands between '<!-- MARK -->' and '<!-- end -->'."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.text = self.saved = self.path.read_text()

    def lines(self, mark):
        """What stands between the marks; ends the script unless they are there once."""
        found = re.findall(self._pattern(mark), self.text, re.DOTALL)
        if len(found) != 1:
            sys.exit(f"{self.path}: {len(found)} times '<!-- {mark} -->' with an '<!-- end -->'; "
                     "valid: once")
        return found[0][1].splitlines()

    def put(self, mark, lines):
        """Replaces what stands between the marks. True when that changes it."""
        if self.lines(mark) == list(lines):
            return False
        part = "".join(f"{line}\n" for line in lines)
        self.text = re.sub(
            self._pattern(mark), lambda found: found[1] + part + found[3], self.text,
            flags=re.DOTALL)
        return True

    def save(self, check=False):
        """Writes the file if it changed; with `check` ends the script instead."""
        if self.text == self.saved:
            return
        if check:
            sys.exit(f"{self.path}: figures are out of date; run {sys.argv[0]}")
        self.path.write_text(self.text)
        self.saved = self.text

    @staticmethod
    def _pattern(mark):
        return rf"(<!-- {re.escape(mark)} -->\n)((?:(?!<!-- end -->).)*)(<!-- end -->)"
