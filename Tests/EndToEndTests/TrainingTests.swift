// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import TestSupport
import Testing

/// The main job, shorter: the quick start's model, compiled with both schemes, trained on both boards.
@Suite struct TrainingTests {
    static let schemes = ["fashion-classifier", "fashion-sparse"]
    static let boards = ["nrf52840", "stm32f746g-disco"]

    @Test("should train to the same weights as the host twin", arguments: schemes, boards)
    func equalsHostTwin(scheme: String, board: String) throws {
        let run = try BuiltFirmware.run(scheme, on: board, arguments: "steps=20 eval=20 seed=3")
        let twin = try BuiltFirmware.runHostTwin(scheme, arguments: "steps=20 eval=20 seed=3")
        let hash = try #require(BuiltFirmware.value(of: "weights", in: run.console))
        #expect(BuiltFirmware.value(of: "weights", in: twin) == hash)
        #expect(run.console == twin)
    }

    @Test("should leave other weights behind for another seed")
    func hashDependsOnTheSteps() throws {
        let one = try BuiltFirmware.runHostTwin(Self.schemes[1], arguments: "steps=20 seed=3")
        let two = try BuiltFirmware.runHostTwin(Self.schemes[1], arguments: "steps=20 seed=4")
        #expect(
            BuiltFirmware.value(of: "weights", in: one)
                != BuiltFirmware.value(of: "weights", in: two))
    }

    @Test("should report memory and cycles of every step within the board", arguments: schemes)
    func recordsEveryStep(scheme: String) throws {
        let record = try BuiltFirmware.run(
            scheme, on: "nrf52840", arguments: "steps=5 eval=10"
        ).record
        #expect(record.outcome.exitCode == 0)
        #expect(record.steps.map(\.index) == Array(0..<5))
        for step in record.steps {
            let names = step.phases.map(\.name)
            #expect(Set(names).isSuperset(of: ["forward", "backward", "update"]))
            #expect(step.phases.map(\.cycles).reduce(0, +) <= step.cycles)
            #expect(step.phases.allSatisfy { $0.cycles > 0 && $0.instructions > 0 })
            #expect(step.loss != nil)
            #expect(step.sramPeakBytes > record.sram.staticBytes)
            #expect(step.sramPeakBytes <= record.sram.peakBytes)
            #expect(step.cycles < record.total.cycles)
        }
        #expect(record.sram.peakBytes <= 256 * 1024)
        #expect(record.flash.usedBytes <= 1024 * 1024)
        #expect(record.warnings.isEmpty)
        #expect(record.touchedRegisters.isEmpty)
    }

    @Test("should need more memory and cycles for the sparse scheme than for the classifier")
    func ordersSchemes() throws {
        let records = try Self.schemes.map {
            try BuiltFirmware.run($0, on: "nrf52840", arguments: "steps=2 eval=0").record
        }
        #expect(records[0].sram.staticBytes < records[1].sram.staticBytes)
        #expect(records[0].steps[1].cycles < records[1].steps[1].cycles)
    }

    @Test("should give the same record twice, byte for byte")
    func isDeterministic() throws {
        let texts = try (0..<2).map { _ in
            try BuiltFirmware.run("fashion-sparse", on: "nrf52840", arguments: "steps=3 eval=5")
                .record.encodedJSON()
        }
        #expect(texts[0] == texts[1])
    }

    @Test("should agree with arm-none-eabi-size about static memory")
    func agreesWithSize() throws {
        let path = try BuiltFirmware.image("fashion-sparse", on: "nrf52840")
        let table = try Assembler.run("arm-none-eabi-size", [path])
        let figures = try #require(table.split(separator: "\n").last)
            .split(whereSeparator: \.isWhitespace).prefix(3).compactMap { UInt64($0) }
        let record = try BuiltFirmware.run(
            "fashion-sparse", on: "nrf52840", arguments: "steps=1 eval=0"
        ).record
        #expect(record.sram.staticBytes <= figures[1] + figures[2])
        #expect(record.flash.usedBytes >= figures[0] + figures[1])
    }

    /// Any change of any kernel shows here. `KINGLET_RECORD=1` records an intended one.
    @Test("should train as recorded: losses, accuracy, weights", arguments: schemes)
    func equalsRecord(scheme: String) throws {
        let printed = try BuiltFirmware.runHostTwin(
            scheme, arguments: "steps=200 seed=1 eval=100 report=25")
        #expect(try Snapshot.difference(printed, "\(scheme).txt") == nil)
    }

    @Test("should classify clean images as right as pretraining left them")
    func keepsTheModel() throws {
        // LiteRT's reference kernels are right about 4,499 of the 5,000 with the same file.
        let printed = try BuiltFirmware.runHostTwin(
            "fashion-classifier", arguments: "steps=0 eval=5000", files: BuiltFirmware.cleanData)
        #expect(
            BuiltFirmware.value(of: "accuracy_before", in: printed) == "0.8998 (4499 of 5000)")
    }

    @Test("should refuse a batch when it was compiled without accumulators")
    func refusesBatches() throws {
        let printed = try BuiltFirmware.runHostTwin(
            "fashion-classifier", arguments: "batch=2", exitCode: 2)
        #expect(printed.hasPrefix("error: this model cannot accumulate a batch"))
    }

    @Test("should lower the loss and raise the accuracy with 200 sparse steps")
    func learns() throws {
        let record = try BuiltFirmware.run(
            "fashion-sparse", on: "nrf52840", arguments: "steps=200 eval=200"
        ).record
        let losses = record.steps.compactMap(\.loss).map(Double.init)
        let first = losses.prefix(50).reduce(0, +) / 50
        let last = losses.suffix(50).reduce(0, +) / 50
        #expect(last < first)
        let before = try #require(record.metrics.first { $0.name == "accuracy_before" }?.value)
        let after = try #require(record.metrics.first { $0.name == "accuracy_after" }?.value)
        #expect(after > before + 0.05)
    }
}
