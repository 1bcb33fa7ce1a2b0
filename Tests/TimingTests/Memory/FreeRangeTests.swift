// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import Timing

@Suite("Memory that need not be asked about")
struct FreeRangeTests {
    @Test("should be the SRAM that programs use, not its alias on the code bus")
    func alias() throws {
        var system = MemorySystem(flash: .init(waitCycles: 2, lineBytes: 16))
        var flash = MemorySystem.Region(origin: 0, lengthBytes: 1 << 20)
        flash.isFlash = true
        system.regions = [
            flash, MemorySystem.Region(origin: 0x0080_0000, lengthBytes: 256 << 10),
            MemorySystem.Region(origin: 0x1000_0000, lengthBytes: 64 << 10),
            MemorySystem.Region(origin: 0x2000_0000, lengthBytes: 256 << 10),
        ]
        let simulator = try #require(MemorySimulator(system))
        let free = MemoryTraits(simulator).freeRange
        #expect(free.origin == 0x2000_0000)
        #expect(free.bytes == 256 << 10)
    }
}
