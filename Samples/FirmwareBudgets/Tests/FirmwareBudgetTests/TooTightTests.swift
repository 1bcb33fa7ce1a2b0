// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import KingletTesting
import Testing

/// What a budget that does not hold looks like: `SHOW_FAILURES=1 swift test --filter TooTightTests`.
@Suite(
    "Budgets that are too tight",
    .enabled(if: ProcessInfo.processInfo.environment["SHOW_FAILURES"] != nil))
struct TooTightTests {
    @Test("should explain themselves")
    func tooTight() async throws {
        let record = try await Firmware("firmware/build/filter.elf", stepSymbol: "filter_block")
            .run(on: .nrf52840)
        #expect(record.sram.peak <= .kibibytes(4))
        expect(record, within: .sramPeak(.kibibytes(4)), .step(.kilocycles(1)))
    }

    @Test("should say what grew")
    func grown() async throws {
        let record = try await Firmware(
            "firmware/build/filter-grown.elf", stepSymbol: "filter_block"
        )
        .run(on: .nrf52840)
        expect(
            record, within: ["sram.peak": "+2 %"], of: CommittedBaseline("baselines/filter.json"))
    }
}
