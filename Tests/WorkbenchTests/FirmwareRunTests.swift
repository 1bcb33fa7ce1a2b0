// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Foundation
import RunModel
import TestSupport
import Testing
import Workbench

@Suite("Firmware runs")
struct FirmwareRunTests {
    private static let source =
        FirmwareBuilder.startup + """
            int zeroed[10];
            __attribute__((noinline)) int train_step(int x) { return zeroed[x & 7]; }
            int main(void) { return train_step(1); }
            """

    /// Runs `source` with a machine that only answers `result`, and shows what it was asked.
    private func record(
        _ result: MachineResult, _ change: (inout RunRequest, URL) -> Void = { _, _ in }
    ) throws -> (record: RunRecord, configuration: MachineConfiguration) {
        try Assembler.withTemporaryDirectory { folder in
            let path = try FirmwareBuilder.build(Self.source, in: folder)
            var request = RunRequest(imagePath: path, board: try Board.named("nrf52840"))
            change(&request, folder)
            let seen = Seen()
            let record = try FirmwareRun { configuration in
                seen.configuration = configuration
                return result
            }.record(of: request)
            return (record, try #require(seen.configuration))
        }
    }

    private final class Seen: @unchecked Sendable {
        var configuration: MachineConfiguration?
    }

    private static func result(_ outcome: MachineOutcome) -> MachineResult {
        var memory = MemoryMeasurement()
        memory.staticBytes = 40
        memory.mainStackPeakBytes = 100
        memory.processStackPeakBytes = 30
        memory.heapPeakBytes = 8
        memory.peakBytes = 170
        memory.touchedBytes = 150
        var result = MachineResult(
            outcome: outcome,
            total: Counters(cycles: 1000, instructions: 900, skippedInstructions: 5),
            memory: memory)
        result.steps = [
            StepMeasurement(
                index: 4, counters: Counters(cycles: 500, instructions: 450), sramPeakBytes: 160,
                phases: [
                    PhaseMeasurement(
                        name: "forward", counters: Counters(cycles: 200, instructions: 100))
                ], loss: 0.5)
        ]
        result.regions = [
            RegionMeasurement(name: "a..b", index: 2, counters: Counters(cycles: 7))
        ]
        result.metrics = [MetricMeasurement(name: "accuracy_after", value: 0.25)]
        result.touchedRegisters = [TouchedRegister(address: 0x4000_0578, reads: 2, writes: 3)]
        result.sleepCycles = 11
        result.warnings = ["a warning"]
        return result
    }

    @Test("should put everything that the machine measured into the record")
    func conversion() throws {
        let (record, _) = try record(Self.result(.exited(code: 0)))
        #expect(record.name == "a" && record.board == "nrf52840" && record.core == "cortex-m4f")
        #expect(record.clockHz == 64_000_000)
        #expect(record.outcome == OutcomeRecord(reason: .exited, exitCode: 0, firmwareExitCode: 0))
        #expect(record.sram.stackPeakBytes == 130 && record.sram.peakBytes == 170)
        #expect(record.sram.limitBytes == 262_144 && record.flash.limitBytes == 1_048_576)
        #expect(record.flash.usedBytes > 64)
        #expect(record.image.bssBytes == 40)
        #expect(record.steps.map(\.index) == [4] && record.steps[0].loss == 0.5)
        #expect(
            record.steps[0].phases == [PhaseRecord(name: "forward", cycles: 200, instructions: 100)]
        )
        #expect(
            record.regions == [RegionRecord(name: "a..b", index: 2, cycles: 7, instructions: 0)])
        #expect(record.metrics == [MetricRecord(name: "accuracy_after", value: 0.25)])
        #expect(
            record.total == CountsRecord(cycles: 1000, instructions: 900, skippedInstructions: 5))
        #expect(record.touchedRegisters.map(\.address) == ["0x40000578"])
        #expect(record.sleepCycles == 11 && record.warnings == ["a warning"])
        #expect(record.fidelity.model.hasPrefix("cortex-m4"))
        #expect(!record.fidelity.classes.isEmpty)
    }

    @Test("should hash the image as sha256sum does")
    func hash() throws {
        try Assembler.withTemporaryDirectory { folder in
            let path = folder.appending(path: "x.bin").path
            try Data("abc".utf8).write(to: URL(filePath: path))
            // FIPS 180-4, example B.1.
            let file = try ImageFile.read(path, binaryOrigin: 0)
            #expect(
                file.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        }
    }

    @Test("should give the exit codes of the conventions")
    func exitCodes() throws {
        let cases: [(MachineOutcome, Int)] = [
            (.exited(code: 0), 0), (.exited(code: 7), 1), (.cycleLimit, 42), (.timeout, 42),
            (.sleepsForever, 42), (.untilReached, 0), (.faulted(Self.fault), 3),
        ]
        for (outcome, code) in cases {
            #expect(try record(Self.result(outcome)).record.outcome.exitCode == code)
        }
        let (failed, _) = try record(Self.result(.exited(code: 7)))
        #expect(failed.outcome.firmwareExitCode == 7)
    }

    @Test("should fail a run that needs more SRAM than the board has, and never hide a fault by it")
    func exceeded() throws {
        var result = Self.result(.exited(code: 0))
        result.memory.peakBytes = 262_145
        let (record, _) = try record(result)
        #expect(record.outcome.exitCode == 1 && record.outcome.exceededLimits == ["sram"])
        #expect(
            record.warnings.first
                == "SRAM: the run needs 262145 bytes, 1 more than the board's 262144")
        result.outcome = .faulted(Self.fault)
        #expect(try self.record(result).record.outcome.exitCode == 3)
    }

    private static let fault = FaultReport(
        cause: "division by zero", exception: "UsageFault", cfsr: 0x0200_8200, hfsr: 0x4000_0000,
        bfar: 0x6000_0000, mmfar: nil, registers: [("r0", 1), ("sp", 0x2000_0000)],
        pc: .init(address: 0x120, symbol: "divide+0x4"), lr: .init(address: 0x99, symbol: nil),
        callStack: [.init(address: 0x120, symbol: "divide+0x4")], step: 3, phase: "backward")

    @Test("should decode a fault's status bits and addresses")
    func fault() throws {
        let fault = try #require(try record(Self.result(.faulted(Self.fault))).record.fault)
        #expect(fault.cfsr == "0x02008200")
        #expect(fault.cfsrBits == ["PRECISERR", "BFARVALID", "DIVBYZERO"])
        #expect(fault.bfar == "0x60000000" && fault.mmfar == nil)
        #expect(fault.pc == FrameRecord(address: "0x00000120", symbol: "divide+0x4"))
        #expect(fault.registers.map(\.name) == ["r0", "sp"])
        #expect(fault.step == 3 && fault.phase == "backward")
    }

    @Test("should hand every option to the machine")
    func options() throws {
        let (record, configuration) = try record(Self.result(.untilReached)) { request, folder in
            request.name = "mine"
            request.arguments = "steps=2 seed=1"
            request.filesDirectory = folder.path + "/../" + folder.lastPathComponent
            request.maxCycles = 99
            request.timeoutSeconds = 1.5
            request.stepSymbol = "train_step"
            request.regions = ["main..0x00000100"]
            request.untilSymbol = "exit_with"
        }
        #expect(record.name == "mine" && record.arguments == "steps=2 seed=1")
        #expect(configuration.commandLine == "steps=2 seed=1")
        #expect(configuration.filesDirectory?.contains("..") == false)
        #expect(configuration.maxCycles == 99 && configuration.timeoutSeconds == 1.5)
        #expect(configuration.stepSymbol == "train_step")
        #expect(
            configuration.regions == [
                RegionRequest(name: "main..0x00000100", from: "main", to: "0x00000100")
            ])
        #expect(configuration.untilSymbol == "exit_with")
        #expect(configuration.image.format == .elf)
    }

    @Test("should name the option and the nearest symbol when a symbol does not exist")
    func unknownSymbols() throws {
        func message(_ change: @escaping (inout RunRequest) -> Void) -> String? {
            let error = #expect(throws: WorkbenchError.self) {
                _ = try record(Self.result(.untilReached)) { request, _ in change(&request) }
            }
            return error?.description
        }
        #expect(
            message { $0.stepSymbol = "train_stp" }?.hasPrefix(
                "--step-symbol: no symbol 'train_stp' among the image's ") == true)
        #expect(
            message { $0.stepSymbol = "train_stp" }?.hasSuffix("; did you mean 'train_step'?")
                == true)
        #expect(message { $0.untilSymbol = "0xzz" }?.hasPrefix("--until: '0xzz' is not") == true)
        #expect(
            message { $0.regions = ["main..mian"] }?.hasPrefix("--region main..mian: no symbol")
                == true)
        for text in ["main", "main..", "..main", "a..b..c", ""] {
            #expect(message { $0.regions = [text] }?.contains("is not a region") == true)
        }
        #expect(
            message { $0.filesDirectory = "/nonexistent" }
                == "--files '/nonexistent' does not exist; valid: the folder that the firmware may "
                + "open files in")
        #expect(message { $0.filesDirectory = "/etc/passwd" }?.contains("is not a folder") == true)
    }

    @Test(
        "should not read what is no regular file",
        arguments: ["/dev/zero", "/tmp", "/nonexistent/x.elf", ""])
    func unreadable(path: String) {
        #expect(throws: WorkbenchError.self) { try ImageFile.read(path) }
    }

    @Test("should pass on why the machine refused")
    func refused() throws {
        try Assembler.withTemporaryDirectory { folder in
            let path = try FirmwareBuilder.build(Self.source, in: folder)
            let request = RunRequest(imagePath: path, board: try Board.named("nrf52840"))
            let run = FirmwareRun { _ in
                throw MachineError.badVectorTable(address: 0, detail: "no stack")
            }
            let error = #expect(throws: WorkbenchError.self) { try run.record(of: request) }
            #expect(error?.description.contains("no stack") == true)
        }
    }

    @Test("should name the board that an image was linked for when another one was tried")
    func wrongBoard() throws {
        try Assembler.withTemporaryDirectory { folder in
            let path = try FirmwareBuilder.build(Self.source, in: folder)
            let request = RunRequest(imagePath: path, board: try Board.named("stm32f746g-disco"))
            let error = #expect(throws: WorkbenchError.self) {
                try FirmwareRun(execute: FirmwareRun.simulate).record(of: request)
            }
            #expect(
                error?.description.hasSuffix(
                    "; the image is linked for the addresses of --board nrf52840") == true)
        }
    }

    @Test("should warn once that static SRAM is unknown for an image without sections")
    func noSections() throws {
        try Assembler.withTemporaryDirectory { folder in
            let elf = try FirmwareBuilder.build(Self.source, in: folder)
            let hex = folder.appending(path: "a.hex").path
            try Assembler.run("arm-none-eabi-objcopy", ["-O", "ihex", elf, hex])
            let request = RunRequest(imagePath: hex, board: try Board.named("nrf52840"))
            let record = try FirmwareRun(execute: FirmwareRun.simulate).record(of: request)
            #expect(record.outcome.reason == .exited)
            #expect(record.warnings.map { $0.prefix(27) } == ["the image names no sections"])
        }
    }
}
