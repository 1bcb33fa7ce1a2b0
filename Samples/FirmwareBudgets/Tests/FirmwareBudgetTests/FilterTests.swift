// SPDX-License-Identifier: GPL-2.0-or-later
import KingletTesting
import Testing

/// `make -C firmware` builds the image that these tests run.
@Suite("The filter's firmware")
struct FilterTests {
    let firmware = Firmware("firmware/build/filter.elf", stepSymbol: "filter_block")

    @Test("should fit the chip with room to spare")
    func memory() async throws {
        let record = try await firmware.run(on: .nrf52840)
        #expect(record.sram.peak <= .kibibytes(8))
        #expect(record.flash.used <= .kibibytes(4))
        let history = try record.bytes(ofSymbol: "history")
        #expect(history == .kibibytes(4))
    }

    @Test("should not grow unnoticed")
    func growth() async throws {
        let record = try await firmware.run(on: .nrf52840)
        expect(
            record,
            within: ["sram.peak": "+2 %", "flash.used": "+5 %", "step.cycles.mean": "+5 %"],
            of: CommittedBaseline("baselines/filter.json"))
    }

    @Test(
        "should keep up with the microphone", arguments: [EmulatedBoard.nrf52840, .stm32f407gDisc1])
    func speed(board: EmulatedBoard) async throws {
        // A block is 64 samples at 16 kHz: 4 ms.
        let record = try await firmware.run(on: board.clocked(atMegahertz: 16))
        #expect(record.steps.count == 20)
        let blocks = try record.stepCycles
        #expect(blocks.most <= .cycles(64_000))
    }
}
