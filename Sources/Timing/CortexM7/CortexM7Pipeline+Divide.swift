// SPDX-License-Identifier: GPL-2.0-or-later

extension CortexM7Pipeline {
    /// LLVM's ARMScheduleM7 stalls 7 cycles for a divide.
    package var meanDivideCycles: UInt32 { 7 }

    /// 3 for a quotient that is trivially 0 or 1, else 3 and one cycle for each four bits of quotient (estimated,
    /// so that a 16-bit quotient costs the mean).
    package func divideCycles(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> UInt32 {
        let bits = DivideOperands.quotientBits(
            dividend: dividend, divisor: divisor, isSigned: isSigned)
        return bits < 2 ? 3 : 3 + (bits + 3) / 4
    }
}
