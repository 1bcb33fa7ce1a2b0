// SPDX-License-Identifier: GPL-2.0-or-later

extension FaultStatus {
    /// The set bits of CFSR and HFSR in words, most significant cause first.
    var decoded: [String] {
        let bits: [(UInt32, String)] = [
            (CFSR.divbyzero, "divide by zero"),
            (CFSR.unaligned, "unaligned access"),
            (CFSR.nocp, "coprocessor or FPU not enabled"),
            (CFSR.invpc, "invalid EXC_RETURN or exception frame"),
            (CFSR.invstate, "branch to an address without the Thumb bit"),
            (CFSR.undefinstr, "undefined instruction"),
            (CFSR.stkerr, "bus error while stacking for an exception"),
            (CFSR.unstkerr, "bus error while unstacking from an exception"),
            (CFSR.impreciserr, "imprecise data bus error"),
            (CFSR.preciserr, "precise data bus error"),
            (CFSR.ibuserr, "instruction bus error"),
            (CFSR.mstkerr, "protection error while stacking"),
            (CFSR.munstkerr, "protection error while unstacking"),
            (CFSR.daccviol, "data access violation"),
            (CFSR.iaccviol, "instruction access violation"),
        ]
        var result = bits.filter { cfsr & $0.0 != 0 }.map(\.1)
        if hfsr & HFSR.vecttbl != 0 { result.append("bus error on a vector table read") }
        if hfsr & HFSR.debugevt != 0 { result.append("breakpoint without a debugger") }
        return result
    }
}
