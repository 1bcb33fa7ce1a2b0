// SPDX-License-Identifier: GPL-2.0-or-later

extension CortexM7Pipeline {
    /// LLVM's ARMScheduleM7 stalls 7 cycles for a divide.
    package var meanDivideCycles: UInt32 { 7 }

    /// 2 to 12 cycles as on the Cortex-M4: nothing is published of the Cortex-M7's, but LLVM's 7 is the middle of that
    /// range (estimated).
    package func divideCycles(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> UInt32 {
        CortexM4Pipeline().divideCycles(dividend: dividend, divisor: divisor, isSigned: isSigned)
    }
}
