// SPDX-License-Identifier: GPL-2.0-or-later

/// Decodes ARMv7E-M Thumb instructions: integer, DSP, FPv4-SP and FPv5 floating point, system.
///
/// Any bits decode to something; an encoding that the architecture leaves UNDEFINED has the class
/// `.undefined`. An UNPREDICTABLE encoding decodes as the instruction that its fixed bits name.
package enum ThumbDecoder {
    /// Bytes of the instruction that begins with this halfword: 2 or 4 (ARMv7-M ARM A5.1).
    package static func width(ofFirstHalfword first: UInt16) -> Int { first >= 0xe800 ? 4 : 2 }

    /// The instruction at `address`; `second` counts only when `first` begins a 32-bit encoding.
    ///
    /// - Parameter itState: the IT state before the instruction. It gives the condition, and takes away the
    ///   flag setting of 16-bit data processing.
    package static func decode(
        first: UInt16, second: UInt16, address: UInt32, itState: ITState = .none
    ) -> Instruction {
        let width = UInt8(width(ofFirstHalfword: first))
        let encoding = width == 4 ? UInt32(first) << 16 | UInt32(second) : UInt32(first)
        guard let row = row(encoding, width: width) else {
            return undefined(encoding, width: width, address: address, itState: itState)
        }
        var instruction = Instruction(
            address: address & ~1, encoding: encoding, width: width, mnemonic: row.mnemonic,
            instructionClass: row.instructionClass)
        instruction.readsFlags = row.readsFlags
        instruction.setsFlags = row.setsFlags(encoding, isInITBlock: itState.isActive)
        for operand in row.operands where !operand.apply(to: &instruction) {
            return undefined(encoding, width: width, address: address, itState: itState)
        }
        if instruction.writes.contains(.pc), instruction.instructionClass == .alu {
            instruction.instructionClass = .branchRegister
        }
        instruction.place(in: itState)
        return instruction
    }

    /// The table row of an encoding.
    static func row(_ encoding: UInt32, width: UInt8) -> Encoding? {
        (width == 2 ? EncodingIndex.narrow : .wide).firstMatch(encoding)
    }

    /// Mnemonics with a 16-bit and a 32-bit encoding: the 32-bit one prints with `.w`.
    static let mnemonicsOfTwoWidths = Set(EncodingTables.narrow.map(\.mnemonic))

    private static func undefined(
        _ encoding: UInt32, width: UInt8, address: UInt32, itState: ITState
    ) -> Instruction {
        var instruction = Instruction(
            address: address & ~1, encoding: encoding, width: width, mnemonic: .udf,
            instructionClass: .undefined)
        instruction.place(in: itState)
        return instruction
    }
}

extension Instruction {
    /// Takes the condition from an enclosing IT block.
    fileprivate mutating func place(in itState: ITState) {
        guard itState.isActive else { return }
        isInITBlock = true
        condition = itState.condition
        if condition != .al { readsFlags = true }
    }
}
