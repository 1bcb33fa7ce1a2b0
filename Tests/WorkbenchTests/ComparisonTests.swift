// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import Scenarios
import TestSupport
import Testing
import Workbench

@Suite("What rows of a comparison are trained with, and what they print")
struct ComparisonTests {
    @Test("should read losses, accuracies and the hash of the trained parameters")
    func output() {
        let output = TrainingOutput(
            """
            model: m, scheme: s
            accuracy_before: 0.2500 (1 of 4)
            steps 0 to 49: mean loss 1.5000
            steps 50 to 99: mean loss nan
            accuracy_after: 0.6667 (2 of 3)
            weights: 0x0123cdef

            """)
        #expect(output.losses.count == 2)
        #expect(output.losses.first == 1.5 && output.losses.last?.isNaN == true)
        #expect(
            output.metrics == [
                MetricRecord(name: "accuracy_before", value: 0.25),
                MetricRecord(name: "accuracy_after", value: 2.0 / 3),
            ])
        #expect(output.weightsHash == "0x0123cdef")
        #expect(TrainingOutput("weights: none\nsteps x").weightsHash == nil)
    }

    @Test("should make the same noise each time, with labels of all classes")
    func noise() throws {
        let files = NoiseSamples(values: 12, classes: 3).files
        #expect(files == NoiseSamples(values: 12, classes: 3).files)
        let images = try #require(files["train-images.idx"])
        #expect(images.prefix(12) == [0, 0, 8, 2, 0, 0, 0, 16, 0, 0, 0, 12])
        #expect(images.count == 12 + 16 * 12)
        #expect(Set(images.dropFirst(12)).count > 100)
        let labels = try #require(files["test-labels.idx"])
        #expect(labels == [0, 0, 8, 1, 0, 0, 0, 16] + (0..<16).map { UInt8($0 % 3) })
    }

    private static let file = """
        schema_version: 1
        defaults: {scheme: full}
        rows: [{group: a, model: x}, {group: b, model: y}]
        twin: {steps: 5, args: eval=3}
        """

    private func read(_ folder: URL, _ changes: ComparisonChanges) throws -> [String] {
        let file = folder.appending(path: "c.yaml")
        try Data(Self.file.utf8).write(to: file)
        let comparison = try ComparisonFile.read(file.path, changes: changes)
        let long = comparison.longRun.map { "\($0.steps) \($0.arguments)" } ?? "none"
        return comparison.rows.map { row in
            guard case .training(let training) = row.scenario.subject else { return "" }
            let files = row.scenario.files?.value ?? "none"
            return "\(row.folder) \(training.model.value) \(files) \(long)"
        }
    }

    @Test("should put the user's model, data and steps in the place of the file's")
    func changes() throws {
        try Assembler.withTemporaryDirectory { folder in
            let model = folder.appending(path: "mine.tflite").path
            try Data().write(to: URL(filePath: model))
            let own = try read(folder, ComparisonChanges())
            #expect(own == ["a/full x none 5 eval=3", "b/full y none 5 eval=3"])
            var changes = ComparisonChanges()
            changes.models = [("y", model)]
            changes.files = "/data"
            changes.longRunSteps = 9
            let changed = try read(folder, changes)
            #expect(changed == ["a/full x /data 9 eval=3", "b/full \(model) /data 9 eval=3"])
            var less = ComparisonChanges()
            less.filter = ["b/"]
            less.longRunSteps = 0
            let rest = try read(folder, less)
            #expect(rest == ["b/full y none none"])
        }
    }

    private func message(_ folder: URL, _ changes: ComparisonChanges) -> String {
        do {
            return "\(try read(folder, changes))"
        } catch {
            return "\(error)"
        }
    }

    @Test("should say what would be valid for a change that changes nothing")
    func wrongChanges() throws {
        try Assembler.withTemporaryDirectory { folder in
            var changes = ComparisonChanges()
            changes.models = [("z", folder.path)]
            #expect(message(folder, changes).hasSuffix("no row has the model 'z'; valid: x, y"))
            changes.models = [("x", "/none")]
            #expect(message(folder, changes) == "cannot read '/none': no such file")
            changes.models = []
            changes.filter = ["q"]
            let filtered = message(folder, changes)
            #expect(filtered == "--filter q leaves no row; there are: a/full, b/full")
        }
    }
}
