# SPDX-License-Identifier: GPL-2.0-or-later
"""The scenarios' JSON Schema takes our scenario files, and refuses what the parser refuses."""

import json
import unittest
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parents[2]


class ScenarioSchema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.schema = json.loads((ROOT / "schemas/scenario-1.json").read_text())
        jsonschema.Draft7Validator.check_schema(cls.schema)
        cls.validator = jsonschema.Draft7Validator(cls.schema)

    def errors(self, text):
        return list(self.validator.iter_errors(yaml.safe_load("schema_version: 1\n" + text)))

    def test_our_scenarios_are_valid(self):
        files = [file for folder in ("scenarios", "Samples/FirmwareBudgets/scenarios")
                 for file in sorted((ROOT / folder).glob("*.yaml"))]
        self.assertGreaterEqual(len(files), 3)
        for file in files:
            self.validator.validate(yaml.safe_load(file.read_text()))

    def test_the_example_of_the_documentation_is_valid(self):
        text = (ROOT / "docs/scenarios.md").read_text()
        example = text.split("```yaml\n")[1].split("```")[0]
        self.validator.validate(yaml.safe_load(example))

    def test_valid_texts(self):
        for text in [
            "image: a.elf",
            "image: a.elf\nclock: 64MHz\nregions: {fft: {from: a, to: 0x20}}\ntiming: detailed",
            "model: m.tflite\nscheme: s.yaml\nclasses: 10\ncompile: {gradient_bits: 8, rows: true}",
            "image: a\nlimits: {cycles: 2 Gcycles, time: 2 min, resets: 0}",
            "image: a\nbudgets: {sram.peak: {warn: 60 KiB, fail: 64 KiB}, flash.used: +2 %}",
            "image: a\nbudgets: {step.cycles.max: 550 ms, phase.forward.cycles.mean: +1 kcycles}",
            "image: a\nbudgets: {energy.step.mean: {warn: +2 %, fail: 1.5 mJ}, energy.total: 2 J}",
            "image: a\nbudgets: {metric.accuracy_after: '>= 0.80', loss.last: 0.5}",
            "image: a\nbudgets: {symbol.kl_arena.bytes: {fail: +0 B}, metric.x: '>= -1 %'}",
        ]:
            self.assertEqual(self.errors(text), [], text)

    def test_refused_texts(self):
        for text in [
            "name: x",
            "imagee: a",
            "image: a\nmodel: b\nscheme: c",
            "model: a",
            "image: a\nname: a/b",
            "image: a\nclock: 64 KiB",
            "image: a\nsteps: many",
            "image: a\ntiming: exact",
            "image: a\nboard: x\nboard_file: y",
            "image: a\nregions: {f: {from: a}}",
            "image: a\nlimits: {cycles: 5 ms}",
            "image: a\nlimits: {time: 2 MiB}",
            "image: a\nbudgets: {sram.peek: 1 KiB}",
            "image: a\nbudgets: {sram.peak: 64}",
            "image: a\nbudgets: {sram.peak: 64 KB}",
            "image: a\nbudgets: {sram.peak: 2 %}",
            "image: a\nbudgets: {sram.peak: {fall: 1 KiB}}",
            "image: a\nbudgets: {sram.peak: {}}",
            "image: a\nbudgets: {metric.accuracy: 0.8}",
            "model: a\nscheme: b\ncompile: {gradient_bits: 4}",
        ]:
            self.assertNotEqual(self.errors(text), [], text)


if __name__ == "__main__":
    unittest.main()
