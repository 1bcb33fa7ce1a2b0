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
}
