// SPDX-License-Identifier: GPL-2.0-or-later

/// Where the number of a floating-point register stands: four bits and one extension bit.
enum FloatField: Sendable {
    /// Vd in 15:12, D in 22.
    case d
    /// Vn in 19:16, N in 7.
    case n
    /// Vm in 3:0, M in 5.
    case m

    /// The register number: the extension bit is the lowest of an S number, the highest of a D number.
    func number(_ encoding: UInt32, isDouble: Bool) -> UInt32 {
        let (main, extra): (UInt32, UInt32) =
            switch self {
            case .d: (encoding.field(12, 4), encoding.field(22, 1))
            case .n: (encoding.field(16, 4), encoding.field(7, 1))
            case .m: (encoding.field(0, 4), encoding.field(5, 1))
            }
        return isDouble ? extra << 4 | main : main << 1 | extra
    }
}

/// The precision of a floating-point operand.
enum FloatPrecision: Sendable {
    case single, double
    /// Double when the size bit, bit 8, is set.
    case bySize

    func isDouble(_ encoding: UInt32) -> Bool {
        switch self {
        case .single: false
        case .double: true
        case .bySize: encoding.field(8, 1) == 1
        }
    }
}

/// A run of consecutive floating-point registers.
struct FloatRegisters {
    let first: UInt32
    let count: UInt32
    let isDouble: Bool

    /// One register, or nil when the floating-point unit has no such register (d16…d31).
    static func one(_ number: UInt32, isDouble: Bool) -> FloatRegisters? {
        run(first: number, count: 1, isDouble: isDouble)
    }

    /// Consecutive registers, nil when the first does not exist; a run over the end is cut there
    /// (UNPREDICTABLE).
    static func run(first: UInt32, count: UInt32, isDouble: Bool) -> FloatRegisters? {
        let limit: UInt32 = isDouble ? 16 : 32
        guard first < limit else { return nil }
        return FloatRegisters(first: first, count: min(count, limit - first), isDouble: isDouble)
    }

    /// Bit n = Sn; a double-precision register has two.
    var mask: UInt32 {
        let words = isDouble ? count * 2 : count
        let ones = words >= 32 ? UInt32.max : (1 << words) - 1
        return ones << (isDouble ? first * 2 : first)
    }

    private func name(_ number: UInt32) -> String { "\(isDouble ? "d" : "s")\(number)" }

    var text: String {
        switch count {
        case 0: "{}"
        case 1: "{\(name(first))}"
        default: "{\(name(first))-\(name(first + count - 1))}"
        }
    }
}
