// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import KingletTesting
import Testing

@Suite("Boards in tests")
struct BoardTests {
    @Test("should have a name for every board of the catalogue")
    func catalogue() {
        let named: [EmulatedBoard] = [
            .nrf52840, .stm32f746gDisco, .stm32f407gDisc1, .nucleoL4R5ZI, .nucleoH743ZI,
            .nucleoF767ZI,
        ]
        #expect(Set(named) == Set(Board.all.map { EmulatedBoard.board(named: $0.name) }))
    }

    @Test(
        "should name itself in the titles of tests",
        arguments: [
            (.nrf52840, "nrf52840"),
            (.nucleoH743ZI.clocked(atMegahertz: 400), "nucleo-h743zi at 400 MHz"),
            (.file("boards/ours.yaml"), "boards/ours.yaml"),
            (
                .generic(core: "cortex-m4", flash: "0:64K", ram: "0x20000000:16K"),
                "cortex-m4 with flash 0:64K and SRAM 0x20000000:16K"
            ),
        ] as [(EmulatedBoard, String)])
    func description(board: EmulatedBoard, text: String) { #expect(board.description == text) }
}
