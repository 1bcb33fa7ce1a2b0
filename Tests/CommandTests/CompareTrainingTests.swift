// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import TestSupport
import Testing
import Workbench

/// `kinglet compare` with a model: builds firmware and host twins.
@Suite("kinglet compare with a model and schemes")
struct CompareTrainingTests {
    @Test("should train the twin longer than the board, find both equal, and take a larger board")
    func training() throws {
        try Assembler.withTemporaryDirectory { folder in
            try CompareCommandTests.writeTinyBoard(folder)
            // Samples of the quick start's network: 32x32.
            for (name, bytes) in NoiseSamples(values: 1024, classes: 10).files {
                let data = folder.appending(path: "data")
                try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
                try Data(bytes).write(to: data.appending(path: name))
            }
            let json = folder.appending(path: "c.json").path
            let result = try CompareCommandTests.compare(
                folder,
                """
                defaults:
                  model: \(CompileOutputTests.firmware)/models/fashion.tflite
                  steps: 3
                  seed: 1
                  args: eval=4
                twin: {steps: 600, args: eval=16}
                rows:
                  - {scheme: classifier, files: data}
                  - {scheme: full, board_file: tiny.yaml, fallback_board: nrf52840, args: lr=0.01}
                """, "--json", json)
            #expect(result.code == 0, "\(result)")
            let text = try String(contentsOfFile: json, encoding: .utf8)
            let rows = try ComparisonRecord(json: text).rows
            let small = try #require(rows.first)
            let twin = try #require(small.twin)
            #expect(twin.equal && twin.comparedSteps == 3 && twin.steps == 600)
            #expect(twin.comparedHash != twin.weightsHash)
            #expect(twin.arguments == "seed=1 steps=600 eval=16 report=2")
            #expect(twin.lossWindow == 2 && twin.losses.count == 300)
            #expect(twin.metrics.map(\.name) == ["accuracy_before", "accuracy_after"])
            #expect(small.epochSteps == 16 && small.data == "data" && small.misfit == nil)
            #expect(small.record?.metrics.count == 2)

            let large = try #require(rows.last)
            #expect(large.board == "nrf52840" && large.record?.board == "nrf52840")
            #expect(large.misfit?.board == "tiny" && large.misfit?.sramLimitBytes == 16_384)
            #expect(large.data == "noise" && large.twin == nil && large.epochSteps == nil)
            #expect(large.record?.arguments == "steps=3 seed=1 lr=0.01 eval=0")
            #expect(large.value(.accuracy) == nil)
            #expect((large.ratios["sram.peak"] ?? 0) > 3)
            #expect(result.output.contains("* full: does not fit tiny; measured on nrf52840"))
        }
    }
}
