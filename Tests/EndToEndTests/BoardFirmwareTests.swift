// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import RunModel
import Testing
import Workbench

/// What `make firmware` builds, on every board that Kinglet knows.
@Suite struct BoardFirmwareTests {
    @Test("should greet on every board", arguments: Board.all.map(\.name))
    func greets(board: String) throws {
        let run = try BuiltFirmware.run("hello", on: board)
        #expect(run.record.outcome.exitCode == 0)
        #expect(run.console.hasPrefix("Hello from a kinglet."))
        #expect(run.record.warnings.isEmpty, "\(run.record.warnings)")
    }

    @Test("should build firmware for every board")
    func folder() throws {
        let boards = try FirmwareFolder(BuiltFirmware.firmware).boards
        #expect(Set(boards).isSuperset(of: Board.all.map(\.name)))
    }

    @Test("should measure on the STM32F407 without wait states what the nRF52840 measures in SRAM")
    func zeroWaitStates() throws {
        let reference = try BuiltFirmware.run("microbench", on: "nrf52840").console
        for megahertz: UInt64 in [16, 24] {
            let run = try BuiltFirmware.run(
                "microbench", on: "stm32f407g-disc1", clockHz: megahertz * 1_000_000)
            #expect(run.console == reference)
        }
    }
}
