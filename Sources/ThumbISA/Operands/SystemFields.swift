// SPDX-License-Identifier: GPL-2.0-or-later

/// Special registers of `mrs` and `msr` by their SYSm number (ARMv7-M ARM B5.1.1).
enum SpecialRegister {
    static let msp: UInt32 = 8
    static let psp: UInt32 = 9
    static let control: UInt32 = 20

    /// SYSm of an `mrs` or `msr` encoding.
    static func number(_ encoding: UInt32) -> UInt32 { encoding.field(0, 8) }

    /// Whether the register contains the application flags N, Z, C, V.
    static func containsFlags(_ number: UInt32) -> Bool { number < 4 }

    /// Whether a write may change the SP in use.
    static func movesStackPointer(_ number: UInt32) -> Bool {
        number == msp || number == psp || number == control
    }

    static func name(_ number: UInt32) -> String {
        switch number {
        case 0: "apsr"
        case 1: "iapsr"
        case 2: "eapsr"
        case 3: "xpsr"
        case 5: "ipsr"
        case 6: "epsr"
        case 7: "iepsr"
        case msp: "msp"
        case psp: "psp"
        case 16: "primask"
        case 17: "basepri"
        case 18: "basepri_max"
        case 19: "faultmask"
        case control: "control"
        default: "sysm\(number)"
        }
    }
}

/// The numbers in a coprocessor encoding.
enum CoprocessorField: Sendable {
    /// `p15`, bits 11:8.
    case number
    /// A plain opcode of `count` bits at this bit.
    case opcode(UInt32, UInt32)
    /// `c7`, four bits at this bit.
    case register(UInt32)

    func text(_ encoding: UInt32) -> String {
        switch self {
        case .number: "p\(encoding.field(8, 4))"
        case .opcode(let at, let count): "\(encoding.field(at, count))"
        case .register(let at): "c\(encoding.field(at, 4))"
        }
    }
}

/// Barrier options by their number (ARMv7-M ARM A7.7.33: only SY has a defined meaning there).
enum BarrierOption {
    private static let names: [UInt32: String] = [
        15: "sy", 14: "st", 11: "ish", 10: "ishst", 7: "nsh", 6: "nshst", 3: "osh", 2: "oshst",
    ]
    static func text(_ encoding: UInt32) -> String {
        let number = encoding.field(0, 4)
        return names[number] ?? "#\(number)"
    }
}
