#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the scripts of docs/ci as their services would, on the sample package, once as it stands and once grown.

scripts/try-ci-examples.py [--kinglet .build/release/kinglet]

What a service brings is stood in for: `uses:` steps by what they leave behind, apt-get by a check that it names only
packages that are here, swift by a check of its words (the program is there already), gh by a check of its files. git,
make, the cross compiler and kinglet are the real ones.
"""
import argparse
import fnmatch
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    # Another Python may stand before Debian's on the PATH.
    sys.path.append("/usr/lib/python3/dist-packages")
    import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "docs/ci"
SAMPLE = ROOT / "Samples/FirmwareBudgets"
# 5 KB more in a buffer.
GROWN = "CFLAGS += -DHISTORY=4608"
STUBS = {
    "apt-get": """
        case "$1" in
        update) ;;
        install)
            shift
            for word; do
                case "$word" in -*) ;; *) dpkg-query -W "$word" >/dev/null || exit 1 ;; esac
            done ;;
        *) echo "apt-get $*: not expected" >&2; exit 1 ;;
        esac
        """,
    "swift": """
        [ "$1 $2 $4 $5 $6 $7" = "build --package-path -c release --product kinglet" ] || {
            echo "swift $*: not expected" >&2; exit 1; }
        test -f "$3/Package.swift" || exit 1
        mkdir -p "$3/.build/release"
        ln -sf "$KINGLET_PROGRAM" "$3/.build/release/kinglet"
        """,
    "gh": """
        [ "$1 $2" = "pr comment" ] || { echo "gh $*: not expected" >&2; exit 1; }
        shift 2
        while [ $# -gt 0 ]; do
            case "$1" in --body-file) cp "$2" "$COMMENT"; shift ;; esac
            shift
        done
        """,
}


class Wrong(Exception):
    """An example does not do what it says."""


class Workplace:
    """A folder with the sample as a repository of its own, Kinglet's repository, and the stand-ins."""

    def __init__(self, folder, kinglet, grown):
        self.folder = folder
        self.project = folder / "project"
        shutil.copytree(
            SAMPLE, self.project,
            ignore=shutil.ignore_patterns("build", ".build", "Package.resolved"))
        if grown:
            makefile = self.project / "firmware/Makefile"
            lines = makefile.read_text().split("\n")
            flags = next(i for i, line in enumerate(lines) if line.startswith("CFLAGS :="))
            makefile.write_text("\n".join(lines[:flags + 1] + [GROWN] + lines[flags + 1:]))
        stubs = folder / "stubs"
        stubs.mkdir()
        for name, text in STUBS.items():
            path = stubs / name
            path.write_text("#!/bin/sh\nset -e\n" + text)
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        self.comment = folder / "comment.md"
        self.environment = {
            **os.environ, "PATH": f"{stubs}:{os.environ['PATH']}",
            "KINGLET_PROGRAM": str(kinglet), "COMMENT": str(self.comment)}

    def run(self, script, environment, shell):
        """Exit status of a script in the project, and what it printed."""
        done = subprocess.run(
            [*shell, "-c", script], cwd=self.project, capture_output=True, text=True, check=False,
            env={**self.environment, **{name: str(value) for name, value in environment.items()}})
        return done.returncode, done.stdout + done.stderr


def check(is_right, what, text=""):
    if not is_right:
        raise Wrong(what + ("\n" + text if text else ""))


class GitHub:
    """Jobs of a workflow, step by step; knows only the expressions that our examples have."""

    SHELL = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]

    def __init__(self, place, repository):
        self.place = place
        text = (EXAMPLES / "github-actions.yml").read_text()
        self.workflow = yaml.safe_load(text.replace("/opt/kinglet", str(place.folder / "kinglet")))
        self.summary = place.folder / "summary.md"
        self.artifacts = place.folder / "artifacts"
        self.environment = {
            **self.workflow["env"], "KINGLET_REPOSITORY": repository,
            "GITHUB_STEP_SUMMARY": self.summary}
        self.failed = False

    def value(self, expression):
        expression = expression.strip()
        if " && " in expression:
            return all(self.value(part) for part in expression.split(" && "))
        known = {
            "!cancelled()": True, "github.event_name == 'pull_request'": True,
            "steps.kinglet.outputs.cache-hit != 'true'": True,
            "github.event.pull_request.number": "7", "github.repository": "owner/firmware",
            "github.token": "secret"}
        if expression in known:
            return known[expression]
        found = re.fullmatch(r"hashFiles\('(.*)'\) != ''", expression)
        check(found, f"no stand-in for the expression '{expression}'")
        return (self.place.project / found[1]).exists()

    def is_due(self, what):
        condition = what.get("if")
        if condition is None:
            return not self.failed
        condition = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", condition)
        # Without a status function a step runs only after success.
        if self.failed and "cancelled()" not in condition:
            return False
        return self.value(condition)

    def run(self):
        """Whether all jobs passed, and what their steps printed."""
        log = []
        for job in self.workflow["jobs"].values():
            if not self.is_due(job):
                continue
            failed_before, self.failed = self.failed, False
            for step in job["steps"]:
                if not self.is_due(step):
                    continue
                if "uses" in step:
                    self.use(step)
                    continue
                script = re.sub(
                    r"\$\{\{(.*?)\}\}", lambda found: str(self.value(found[1])), step["run"])
                status, text = self.place.run(script, self.environment, self.SHELL)
                log.append(text)
                self.failed = self.failed or status != 0
            self.failed = self.failed or failed_before
        return not self.failed, "".join(log)

    def use(self, step):
        action = step["uses"].split("@")[0]
        options = step.get("with", {})
        if action == "actions/upload-artifact":
            folder, pattern = os.path.split(options["path"])
            self.artifacts.mkdir(exist_ok=True)
            for file in (self.place.project / folder).iterdir():
                if fnmatch.fnmatch(file.name, pattern):
                    shutil.copy(file, self.artifacts)
        elif action == "actions/download-artifact":
            shutil.copytree(
                self.artifacts, self.place.project / options["path"], dirs_exist_ok=True)
        else:
            check(action in ("actions/checkout", "actions/cache"), f"no stand-in for {action}")


def try_github(place, repository, grown):
    service = GitHub(place, repository)
    passed, log = service.run()
    check(passed != grown, f"GitHub: the jobs {'passed' if passed else 'failed'}", log)
    check(sorted(file.name for file in service.artifacts.iterdir())
          == ["kinglet.json", "kinglet.md", "kinglet.xml"], "GitHub: not these artifacts", log)
    report = service.summary.read_text()
    check(place.comment.read_text() == report, "GitHub: the comment is not the summary")
    check_report(report, service.artifacts / "kinglet.xml", grown, "GitHub")


def try_gitlab(place, repository, grown):
    pipeline = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text())
    job = pipeline["budgets"]
    statuses, reports = [], []
    for index in range(1, job["parallel"] + 1):
        script = "\n".join(job["before_script"] + job["script"])
        status, log = place.run(
            script,
            {**pipeline["variables"], "KINGLET_REPOSITORY": repository, "CI_NODE_INDEX": index,
             "CI_NODE_TOTAL": job["parallel"]}, ["bash", "-eo", "pipefail"])
        statuses.append(status)
        junit = place.project / job["artifacts"]["reports"]["junit"]
        check(junit.exists(), "GitLab: no JUnit report", log)
        pattern = job["artifacts"]["paths"][0]
        check(len(list(place.project.glob(pattern))) == 3, f"GitLab: {pattern} has no 3 files", log)
        reports.append((place.project / "out/kinglet.md").read_text())
        if "filter" in reports[-1]:
            check_report(reports[-1], junit, grown, "GitLab")
    check(sorted(statuses) == [0, 1 if grown else 0], f"GitLab: jobs end with {statuses}", log)
    check("filter" in "".join(reports), "GitLab: no job ran the scenario")


def check_report(markdown, junit, grown, service):
    lines = ["history: +5,120 B (4,096 → 9,216)", "1 scenario, 1 failed"] if grown else [
        "1 scenario, 1 passed"]
    for line in lines:
        check(line in markdown, f"{service}: the report does not say '{line}'", markdown)
    done = subprocess.run(
        ["xmllint", "--noout", "--nonet", "--schema", ROOT / "scripts/tests/junit.xsd", junit],
        check=False, capture_output=True, text=True)
    check(done.returncode == 0, f"{service}: Jenkins would refuse the JUnit report", done.stderr)


def kinglet_repository(folder, version):
    """A repository to be cloned from, with the version as its tag: a stand-in of one file."""
    repository = folder / "kinglet.git"
    repository.mkdir()
    shutil.copy(ROOT / "Package.swift", repository)
    identity = ["-c", "user.name=ci", "-c", "user.email=ci@localhost"]
    for words in (["init", "--quiet"], ["add", "."], [*identity, "commit", "--quiet", "-m", "sources"],
                  ["tag", version]):
        subprocess.run(["git", "-C", repository, *words], check=True)
    return f"file://{repository}"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinglet", default=ROOT / ".build/release/kinglet", type=pathlib.Path)
    options = parser.parse_args()
    version = re.search(
        r'current = "(.*)"', (ROOT / "Sources/Workbench/KingletVersion.swift").read_text())[1]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        repository = kinglet_repository(folder, version)
        for try_example in (try_github, try_gitlab):
            for grown in (False, True):
                name = f"{try_example.__name__}-{grown}"
                (folder / name).mkdir()
                place = Workplace(folder / name, options.kinglet.resolve(), grown)
                try:
                    try_example(place, repository, grown)
                except Wrong as error:
                    sys.exit(f"try-ci-examples: {error}")
    print("try-ci-examples: github-actions.yml and gitlab-ci.yml pass the sample, and fail it with 5 KB more")


if __name__ == "__main__":
    main()
