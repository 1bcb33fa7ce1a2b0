// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import KingletTesting
import Synchronization
import Testing

@Suite("Firmware in tests")
struct FirmwareRunTests {
    @Test("should measure a firmware that exits with 0")
    func measures() async throws {
        try await SmallFirmware.with(SmallFirmware.exiting(with: 0)) { path in
            let record = try await Firmware(path, name: "small").run(on: .nrf52840)
            #expect(record.board == "nrf52840")
            #expect(record.outcome.firmwareExitCode == 0)
            #expect(record.sram.peak <= .kibibytes(256))
            #expect(record.sram.peak >= .bytes(3000))
            #expect(record.sram.limit == .kibibytes(256))
            #expect(record.cycles > .cycles(300))
            #expect(try record.bytes(ofSymbol: "big_table") == .bytes(3000))
        }
    }

    @Test("should measure calls and passages that it is told to")
    func steps() async throws {
        try await SmallFirmware.with(SmallFirmware.exiting(with: 0)) { path in
            let firmware = Firmware(path, stepSymbol: "work", regions: ["main..exit_with"])
            let record = try await firmware.run(on: .nrf52840)
            #expect(record.steps.count == 3)
            let steps = try record.stepCycles
            #expect(steps.least <= steps.mean && steps.mean <= steps.most)
            let passage = try record.cycles(inRegion: "main..exit_with")
            #expect(passage.total >= steps.total)
        }
    }

    @Test("should run many firmwares at a time, off the threads of tasks, with equal records")
    func parallel() async throws {
        try await SmallFirmware.with(SmallFirmware.exiting(with: 0)) { path in
            let isInTask = Mutex<Set<Bool>>([])
            let firmware = Firmware(path) { _ in
                let has = withUnsafeCurrentTask { $0 != nil }
                isInTask.withLock { _ = $0.insert(has) }
            }
            let records = try await withThrowingTaskGroup(of: RunRecord.self) { group in
                for _ in 0..<12 { group.addTask { try await firmware.run(on: .nrf52840) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(records.count == 12)
            #expect(records.allSatisfy { $0 == records[0] })
            #expect(isInTask.withLock { $0 } == [false])
        }
    }

    @Test("should throw a fault with its report, and what the firmware printed")
    func fault() async throws {
        try await SmallFirmware.with(SmallFirmware.faulting) { path in
            let failure = await #expect(throws: RunFailure.self) {
                try await Firmware(path, name: "poker").run(on: .nrf52840)
            }
            let text = failure?.description ?? ""
            #expect(text.hasPrefix("'poker' on nrf52840 faulted\n"))
            #expect(text.contains("0xa0000000") || text.contains("0xA0000000"))
            #expect(text.contains("poke"))
            #expect(failure?.record?.fault != nil)
            let record = try await Firmware(path).attempt(on: .nrf52840)
            #expect(record.outcome.reason == .faulted)
        }
    }

    @Test("should throw when the firmware reports failure")
    func failure() async throws {
        try await SmallFirmware.with(SmallFirmware.exiting(with: 7)) { path in
            let failure = await #expect(throws: RunFailure.self) {
                try await Firmware(path, name: "small").run(on: .nrf52840)
            }
            #expect(
                failure?.description == """
                    'small' on nrf52840 exited with code 7
                    console
                      hello from the firmware
                    """)
        }
    }

    @Test("should throw when a limit ends the run, unless that was the plan")
    func limit() async throws {
        try await SmallFirmware.with(SmallFirmware.endless) { path in
            let firmware = Firmware(path, mostCycles: .kilocycles(100), name: "endless")
            let failure = await #expect(throws: RunFailure.self) {
                try await firmware.run(on: .nrf52840)
            }
            let text = failure?.description ?? ""
            #expect(text.hasPrefix("'endless' on nrf52840 was stopped by mostCycles after 100"))
            let record = try await firmware.attempt(on: .nrf52840)
            #expect(record.outcome.reason == .cycleLimit)
        }
    }

    @Test("should say what was wrong with what a run was asked to use")
    func refusals() async throws {
        func message(_ firmware: Firmware, on board: EmulatedBoard) async -> String {
            do {
                _ = try await firmware.run(on: board)
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(
            await message(Firmware("no/such.elf"), on: .nrf52840)
                == "cannot read 'no/such.elf': no such file")
        let text = await message(Firmware("no/such.elf"), on: .board(named: "nrf52480"))
        #expect(text.contains("nrf52480") && text.hasSuffix("did you mean 'nrf52840'?"))
        #expect(
            await message(Firmware("no/such.elf"), on: .file("no/such.yaml"))
                == "cannot read 'no/such.yaml': no such file")
        try await SmallFirmware.with(SmallFirmware.endless) { path in
            let text = await message(Firmware(path, until: "mian"), on: .nrf52840)
            #expect(text.contains("mian") && text.contains("main"))
        }
    }

    @Test("should run on a generic core, and at another clock")
    func boards() async throws {
        try await SmallFirmware.with(SmallFirmware.exiting(with: 0)) { path in
            let generic = EmulatedBoard.generic(
                core: "cortex-m4", flash: "0:64K", ram: "0x20000000:256K")
            let record = try await Firmware(path).run(on: generic.clocked(atMegahertz: 10))
            #expect(record.core == "cortex-m4")
            #expect(record.clockHz == 10_000_000)
            let seconds = record.time / .seconds(1)
            #expect(abs(seconds - Double(record.total.cycles) / 1e7) < 1e-9)
        }
    }
}
