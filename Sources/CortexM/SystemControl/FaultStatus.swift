// SPDX-License-Identifier: GPL-2.0-or-later

/// The fault status and address registers (ARMv7-M ARM B3.2.15 to B3.2.19).
struct FaultStatus: Equatable {
    /// Configurable Fault Status Register: MMFSR in bits 0-7, BFSR in 8-15, UFSR in 16-31.
    var cfsr: UInt32 = 0
    var hfsr: UInt32 = 0
    var dfsr: UInt32 = 0
    var mmfar: UInt32 = 0
    var bfar: UInt32 = 0

    enum CFSR {
        static let iaccviol: UInt32 = 1 << 0
        static let daccviol: UInt32 = 1 << 1
        static let munstkerr: UInt32 = 1 << 3
        static let mstkerr: UInt32 = 1 << 4
        static let mmarvalid: UInt32 = 1 << 7
        static let ibuserr: UInt32 = 1 << 8
        static let preciserr: UInt32 = 1 << 9
        static let impreciserr: UInt32 = 1 << 10
        static let unstkerr: UInt32 = 1 << 11
        static let stkerr: UInt32 = 1 << 12
        static let bfarvalid: UInt32 = 1 << 15
        static let undefinstr: UInt32 = 1 << 16
        static let invstate: UInt32 = 1 << 17
        static let invpc: UInt32 = 1 << 18
        static let nocp: UInt32 = 1 << 19
        static let unaligned: UInt32 = 1 << 24
        static let divbyzero: UInt32 = 1 << 25
    }
    enum HFSR {
        static let vecttbl: UInt32 = 1 << 1
        static let forced: UInt32 = 1 << 30
        static let debugevt: UInt32 = 1 << 31
    }

    var validBFAR: UInt32? { cfsr & CFSR.bfarvalid != 0 ? bfar : nil }
    var validMMFAR: UInt32? { cfsr & CFSR.mmarvalid != 0 ? mmfar : nil }
}

/// A synchronous fault before the architecture's priority rules are applied to it.
struct RaisedFault: Equatable {
    /// The exception that it would be with every handler enabled and no priority in the way.
    var exception: Int
    /// Bits it sets in CFSR, and in HFSR for a fault that is a HardFault by nature.
    var cfsr: UInt32 = 0
    var hfsr: UInt32 = 0
    /// Address for BFAR or MMFAR, when the fault has one.
    var address: UInt32?
    /// One sentence for the report.
    var cause: String
}
