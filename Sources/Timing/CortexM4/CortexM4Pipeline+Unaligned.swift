// SPDX-License-Identifier: GPL-2.0-or-later

extension CortexM4Pipeline {
    /// One cycle for each further access that an unaligned load is made of: two bytes for a halfword, two
    /// halfwords for a word at an even address, byte, halfword and byte for one at an odd address. A store "cannot
    /// delay the processor because of the write buffer" (Cortex-M4 TRM 3.3.2).
    package func unalignedCycles(address: UInt32, bytes: UInt32, isStore: Bool) -> UInt32 {
        if isStore { return 0 }
        switch bytes {
        case 2: return address & 1
        case 4: return address & 1 != 0 ? 2 : address & 3 != 0 ? 1 : 0
        default: return 0
        }
    }
}
