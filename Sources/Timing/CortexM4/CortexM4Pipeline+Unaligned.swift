// SPDX-License-Identifier: GPL-2.0-or-later

extension CortexM4Pipeline {
    /// One cycle for each further bus access: the bus interfaces turn an unaligned access into aligned ones
    /// (Cortex-M3 TRM DDI 0337I 3.4.2): two halves for a word at an even address or a halfword, byte, halfword and byte
    /// for a word at an odd one. A store's go through the write buffer and cost as much.
    package func unalignedCycles(address: UInt32, bytes: UInt32, isStore: Bool) -> UInt32 {
        switch bytes {
        case 2: address & 1
        case 4: address & 1 != 0 ? 2 : address & 3 != 0 ? 1 : 0
        default: 0
        }
    }
}
