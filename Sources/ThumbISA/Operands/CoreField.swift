// SPDX-License-Identifier: GPL-2.0-or-later

/// Where the number of a core register stands in an encoding.
enum CoreField: Sendable {
    /// Three bits: r0…r7.
    case low(UInt32)
    /// Four bits: r0…r15.
    case any(UInt32)
    /// Bit 7 and bits 2:0 of the 16-bit `add`, `cmp` and `mov` with high registers.
    case split
    case fixed(Int)

    func number(_ encoding: UInt32) -> Int {
        switch self {
        case .low(let bit): Int(encoding.field(bit, 3))
        case .any(let bit): Int(encoding.field(bit, 4))
        case .split: Int(encoding.field(7, 1) << 3 | encoding.field(0, 3))
        case .fixed(let number): number
        }
    }
}

extension UInt32 {
    /// The `count` bits from bit `at` upward.
    func field(_ at: UInt32, _ count: UInt32) -> UInt32 { self >> at & ((1 << count) - 1) }

    /// The low `count` bits as a two's complement number.
    func signExtended(_ count: UInt32) -> Int32 {
        Int32(bitPattern: self << (32 - count)) >> Int32(32 - count)
    }
}

/// The printed names of the core registers.
enum CoreName {
    static let all = [
        "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "sp", "lr",
        "pc",
    ]
}
