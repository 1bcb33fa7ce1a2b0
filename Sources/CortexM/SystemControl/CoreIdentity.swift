// SPDX-License-Identifier: GPL-2.0-or-later
import Timing

/// What a core says about itself in its identification registers.
///
/// Sources: Cortex-M4 TRM (100166) 4.1 and 7.1.2, Cortex-M7 TRM (DDI 0489) 3.3 and 8.3.
struct CoreIdentity: Equatable {
    var cpuid: UInt32
    /// MVFR0, MVFR1, MVFR2.
    var floatingPoint: (UInt32, UInt32, UInt32)
    /// CLIDR, CTR, CCSIDR of the data and the instruction cache; zero without caches.
    var clidr: UInt32
    var ctr: UInt32
    var ccsidrData: UInt32
    var ccsidrInstruction: UInt32
    /// Feature registers 0xE000ED40 to 0xE000ED7C.
    var features: [UInt32]

    init(_ board: Board) {
        let core = board.core
        switch core {
        case .cortexM4, .cortexM4F:
            cpuid = 0x410F_C241
            floatingPoint = core == .cortexM4 ? (0, 0, 0) : (0x1011_0021, 0x1100_0011, 0)
            (clidr, ctr, ccsidrData, ccsidrInstruction) = (0, 0x8303_C003, 0, 0)
            features = [
                0x30, 0x200, 0x0010_0000, 0, 0x0010_0030, 0, 0x0100_0000, 0, 0x0110_1110,
                0x0211_2000, 0x2123_2231, 0x0111_1131, 0x0131_0132, 0, 0, 0,
            ]
        case .cortexM7:
            cpuid = 0x411F_C271
            floatingPoint = (0x1011_0221, 0x1200_0011, 0x40)
            (clidr, ctr) = (0x0900_0003, 0x8303_C003)
            // 4 KB each where the board does not say.
            ccsidrData = Self.ccsidr(
                board.memorySystem.dataCache
                    ?? MemorySystem.Cache(sizeBytes: 4096, lineBytes: 32, ways: 4))
            ccsidrInstruction = Self.ccsidr(
                board.memorySystem.instructionCache
                    ?? MemorySystem.Cache(sizeBytes: 4096, lineBytes: 32, ways: 2))
            features = [
                0x30, 0x200, 0x0010_0000, 0, 0x0010_0030, 0, 0x0100_0000, 0, 0x0110_1110,
                0x0211_2000, 0x2023_2231, 0x0111_1131, 0x0131_0132, 0, 0, 0,
            ]
        }
    }

    /// Cache Size ID Register (ARMv7-M ARM B4.8.3): write-back, allocation on reads and writes, sets - 1,
    /// ways - 1, and log2 of a line's words - 2.
    private static func ccsidr(_ cache: MemorySystem.Cache) -> UInt32 {
        let lineCode = UInt32(max(0, cache.lineBytes.trailingZeroBitCount - 4))
        return 0xF000_0000 | UInt32(cache.sets - 1) << 13 | UInt32(cache.ways - 1) << 3 | lineCode
    }

    static func == (left: CoreIdentity, right: CoreIdentity) -> Bool {
        left.cpuid == right.cpuid && left.floatingPoint == right.floatingPoint
    }
}
