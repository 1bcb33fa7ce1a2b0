// SPDX-License-Identifier: GPL-2.0-or-later
import CMemorySystem

extension MemorySimulator {
    /// Does what a write of `value` to a cache maintenance register does (ARMv7-M ARM B2.2.7); other
    /// addresses do nothing. Operations take no time of their own: estimated.
    package func maintain(register address: UInt32, value: UInt32) {
        switch address {
        case 0xE000_EF50: invalidateInstructions()  // ICIALLU
        case 0xE000_EF58: ms_invalidate_instruction_line(handle, value)  // ICIMVAU
        case 0xE000_EF5C: ms_maintain_address(handle, value, false, true)  // DCIMVAC
        case 0xE000_EF60: ms_maintain_place(handle, value, false, true)  // DCISW
        case 0xE000_EF64,  // DCCMVAU
            0xE000_EF68:  // DCCMVAC
            ms_maintain_address(handle, value, true, false)
        case 0xE000_EF6C: ms_maintain_place(handle, value, true, false)  // DCCSW
        case 0xE000_EF70: ms_maintain_address(handle, value, true, true)  // DCCIMVAC
        case 0xE000_EF74: ms_maintain_place(handle, value, true, true)  // DCCISW
        default: break
        }
    }
}
