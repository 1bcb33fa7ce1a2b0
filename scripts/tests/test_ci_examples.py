# SPDX-License-Identifier: GPL-2.0-or-later
"""The workflows in docs/ci are valid YAML, with keys of their service and options of our program."""

import re
import shlex
import unittest
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / "docs" / "ci"
# The program's help texts, which a test of the command line keeps true.
HELP = ROOT / "Tests" / "CommandTests" / "Snapshots"

# YAML 1.1 reads the key "on" as true.
GITHUB = {"name", True, "permissions", "env", "jobs"}
GITHUB_JOB = {"runs-on", "container", "needs", "if", "steps"}
GITHUB_STEP = {"name", "id", "if", "uses", "with", "run", "env"}
GITLAB = {"variables", "stages"}
GITLAB_JOB = {
    "stage", "image", "parallel", "cache", "before_script", "script", "artifacts",
}
GITLAB_ARTIFACTS = {"when", "expire_in", "paths", "reports"}


def kinglet_calls(script):
    """[[subcommand, argument, ...]] of the calls in a shell script."""
    calls = []
    for line in re.sub(r"\\\n", " ", script).splitlines():
        words = shlex.split(line, comments=True)
        for index, word in enumerate(words[:-1]):
            is_argument = index > 0 and words[index - 1].startswith("-")
            if Path(word).name == "kinglet" and not is_argument and words[0] == word:
                calls.append(words[index + 1 :])
    return calls


def problems(call):
    help_text = HELP / f"help-{call[0]}.txt"
    if not help_text.exists():
        return [f"kinglet has no command '{call[0]}'"]
    known = set(re.findall(r"--[a-z-]+", help_text.read_text()))
    options = [word.split("=")[0] for word in call[1:] if word.startswith("--")]
    return [f"kinglet {call[0]} has no {option}" for option in options if option not in known]


class CallsInScripts(unittest.TestCase):
    def test_finds_calls_over_several_lines(self):
        script = "make\nbin/kinglet test a \\\n  --junit b\nswift build --product kinglet\n"
        self.assertEqual(kinglet_calls(script), [["test", "a", "--junit", "b"]])

    def test_tells_what_does_not_exist(self):
        self.assertEqual(problems(["run", "--board", "x", "--bored"]), ["kinglet run has no --bored"])
        self.assertEqual(problems(["rum"]), ["kinglet has no command 'rum'"])


class Workflows(unittest.TestCase):
    def load(self, name):
        return yaml.safe_load((WORKFLOWS / name).read_text())

    def check_script(self, script, calls):
        for call in kinglet_calls(script):
            self.assertEqual(problems(call), [])
            calls.append(call[0])

    def test_github(self):
        for name, expected in [("github-actions.yml", ["test"]), ("github-actions-swift.yml", [])]:
            workflow = self.load(name)
            self.assertLessEqual(set(workflow), GITHUB, name)
            calls = []
            for job in workflow["jobs"].values():
                self.assertLessEqual(set(job), GITHUB_JOB, name)
                for step in job["steps"]:
                    self.assertLessEqual(set(step), GITHUB_STEP, name)
                    self.assertNotEqual("run" in step, "uses" in step, step)
                    self.check_script(step.get("run", ""), calls)
            self.assertEqual(calls, expected)

    def test_gitlab(self):
        pipeline = self.load("gitlab-ci.yml")
        calls = []
        for name in set(pipeline) - GITLAB:
            job = pipeline[name]
            self.assertLessEqual(set(job), GITLAB_JOB)
            self.assertLessEqual(set(job["artifacts"]), GITLAB_ARTIFACTS)
            self.assertIn(job["stage"], pipeline["stages"])
            for line in job["before_script"] + job["script"]:
                self.check_script(line, calls)
        self.assertEqual(calls, ["test"])

    def test_no_workflow_is_left_out(self):
        self.assertEqual(
            {path.name for path in WORKFLOWS.glob("*.yml")},
            {"github-actions.yml", "github-actions-swift.yml", "gitlab-ci.yml"},
        )


if __name__ == "__main__":
    unittest.main()
