// SPDX-License-Identifier: GPL-2.0-or-later

extension CortexM7Pipeline {
    /// 3 cycles for a load that is not aligned to its size (m7: 3 from the older slot, 4 from the younger). A store goes
    /// through the store buffer and stalls nothing until five follow each other (m7).
    package func unalignedCycles(address: UInt32, bytes: UInt32, isStore: Bool) -> UInt32 {
        guard !isStore, bytes == 2 || bytes == 4, address & (bytes - 1) != 0 else { return 0 }
        return 3
    }
}
