// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TestSupport
import Testing

/// docs/scenario-errors.md: each way in which a scenario file can be wrong, and what `kinglet test` says of it.
@Suite("docs/scenario-errors.md")
struct ScenarioErrorTests {
    /// What is wrong, and a file in which it is.
    private static let kinds: [(title: String, yaml: String)] = [
        ("No YAML", "schema_version: 1\nimage: ["),
        ("A key twice", "schema_version: 1\nimage: app.elf\nimage: app.hex"),
        ("No version, or another one", "schema_version: 2\nimage: app.elf"),
        ("Nothing to run", "schema_version: 1\nboard: nrf52840"),
        ("A model without a scheme", "schema_version: 1\nmodel: mcunet-5fps"),
        ("An unknown key", "schema_version: 1\nimage: app.elf\nbudget: {sram.peak: 64 KiB}"),
        (
            "A key that only a model has",
            "schema_version: 1\nimage: app.elf\nclasses: 10"
        ),
        ("A name that no file can have", "schema_version: 1\nname: a/b\nimage: app.elf"),
        ("No number", "schema_version: 1\nimage: app.elf\nsteps: many"),
        (
            "A number out of range",
            "schema_version: 1\nmodel: mcunet-5fps\nscheme: mcunet-49kb\nclasses: 1"
        ),
        (
            "A unit that does not exist",
            "schema_version: 1\nimage: app.elf\nbudgets: {sram.peak: 64 KB}"
        ),
        (
            "A unit of something else",
            "schema_version: 1\nimage: app.elf\nlimits: {cycles: 5 ms}"
        ),
        ("None of the choices", "schema_version: 1\nimage: app.elf\ntiming: exact"),
        (
            "Keys that exclude each other",
            "schema_version: 1\nimage: app.elf\nboard: nrf52840\nboard_file: ours.yaml"
        ),
        (
            "Two values for one thing",
            "schema_version: 1\nimage: app.elf\nsteps: 20\nargs: steps=30"
        ),
        ("A value in place of keys", "schema_version: 1\nimage: app.elf\nregions: fft"),
        (
            "A key missing inside another",
            "schema_version: 1\nimage: app.elf\nregions: {fft: {from: main}}"
        ),
        (
            "A figure that does not exist",
            "schema_version: 1\nimage: app.elf\nbudgets: {sram.peek: 64 KiB}"
        ),
        ("A share of nothing", "schema_version: 1\nimage: app.elf\nbudgets: {sram.peak: 2 %}"),
        (
            "A warning that comes too late",
            "schema_version: 1\nimage: app.elf\nbudgets:\n  sram.peak: {warn: 64 KiB, fail: 60 KiB}"
        ),
        (
            "A limit of which nobody knows the direction",
            "schema_version: 1\nimage: app.elf\nbudgets: {metric.accuracy: 0.8}"
        ),
        ("A file that is not there", "schema_version: 1\nimage: ap.elf"),
        ("A file in place of a folder", "schema_version: 1\nimage: app.elf\nfiles: app.elf"),
        ("A file that is no firmware", "schema_version: 1\nimage: app.yaml"),
        ("An unknown board", "schema_version: 1\nimage: app.elf\nboard: nrf52480"),
        ("A clock that the board cannot have", "schema_version: 1\nimage: app.elf\nclock: 900 MHz"),
        (
            "A symbol that the image does not have",
            "schema_version: 1\nimage: app.elf\nstep_symbol: Reset_Handle"
        ),
        (
            "The same in a region",
            "schema_version: 1\nimage: app.elf\nregions: {fill: {from: Reset_Handler, to: fill_end}}"
        ),
        ("An unknown network", "schema_version: 1\nmodel: mcunet-6fps\nscheme: mcunet-49kb"),
        ("An unknown scheme", "schema_version: 1\nmodel: mcunet-5fps\nscheme: mcunet-48kb"),
        (
            "An unknown pass",
            "schema_version: 1\nmodel: mcunet-5fps\nscheme: mcunet-49kb\ncompile: {without: [tile]}"
        ),
        ("A baseline that is not there", "schema_version: 1\nimage: app.elf\nbaseline: base.json"),
        ("A baseline that is none", "schema_version: 1\nimage: app.elf\nbaseline: broken.json"),
    ]

    @Test("should show every kind of malformed file with its message, and every one is an error")
    func everyKind() throws {
        try Assembler.withTemporaryDirectory { folder in
            try FirmwareBuilder.buildGrowing(samples: 64, in: folder)
            try FileManager.default.moveItem(
                at: folder.appending(path: "a.elf"), to: folder.appending(path: "app.elf"))
            for name in ["a.c", "a.ld"] {
                try FileManager.default.removeItem(at: folder.appending(path: name))
            }
            try Data("[]\n".utf8).write(to: folder.appending(path: "broken.json"))
            var document = ""
            for (title, yaml) in Self.kinds {
                let file = folder.appending(path: "app.yaml")
                try Data("\(yaml)\n".utf8).write(to: file)
                let run = TestCommandTests.test(file)
                #expect(run.code == 2, "\(title): \(run)")
                let message = (run.output + run.errors)
                    .replacing(folder.path + "/", with: "").split(separator: "\n")
                    .filter { !$0.hasPrefix("ERROR") && !$0.hasPrefix("1 scenario") }
                    .map { $0.trimmingPrefix("  ") }.joined(separator: "\n")
                document += "### \(title)\n```yaml\n\(yaml)\n```\n```\n\(message)\n```\n\n"
            }
            let difference = try Document.difference(
                document, shown: "errors", in: "docs/scenario-errors.md")
            #expect(difference == nil)
        }
    }
}
