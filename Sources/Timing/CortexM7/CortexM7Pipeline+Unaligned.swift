// SPDX-License-Identifier: GPL-2.0-or-later

extension CortexM7Pipeline {
    /// 3 cycles for a load that is not aligned to its size; a store's second half goes through the store buffer (estimated).
    package func unalignedCycles(address: UInt32, bytes: UInt32, isStore: Bool) -> UInt32 {
        guard bytes == 2 || bytes == 4, address & (bytes - 1) != 0 else { return 0 }
        return isStore ? 1 : 3
    }
}
