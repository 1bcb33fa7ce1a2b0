// SPDX-License-Identifier: GPL-2.0-or-later

/// One operand of an encoding: where its bits are and how the instruction uses it.
///
/// `Operand+Effects` turns it into the fields of `Instruction`, `Operand+Text` into assembly.
enum Operand: Sendable {
    case core(CoreField, CoreRole)
    /// A register that the assembly text does not show.
    case implicit(CoreField, CoreRole)
    /// A core register behind a constant shift.
    case shifted(ShiftForm)
    case immediate(ImmediateField)
    /// An immediate added to the aligned PC (`adr`).
    case pcRelative(ImmediateField)
    case memory(AddressForm, MemoryAccess.Direction, bytes: Int, count: Int)
    /// An address that is formed but whose access cannot fault (`pld`) or never happens (`ldc`).
    case addressOnly(AddressForm)
    case multiple(MultipleForm, MemoryAccess.Direction)
    case label(LabelField)
    /// The condition field of a conditional branch, at this bit.
    case condition(at: UInt32)
    case float(FloatField, FloatPrecision, FloatRole)
    /// The second register of a pair: the single-precision register after `float(field, …)`.
    case nextFloat(FloatField, FloatRole)
    /// One 32-bit half of a double-precision register (`d0[1]`).
    case floatLane(FloatRole)
    case specialRegister(CoreRole)
    case barrierOption
    case interruptMasks
    case coprocessorField(CoprocessorField)
    /// Fixed text (`fpscr`).
    case text(String)
}

/// How an instruction uses a core register.
enum CoreRole: Sendable {
    case read, write
    /// Read and written: one field names the first source and the destination.
    case update
    /// Read and added to a product.
    case addend
    /// Read, added to a product and written (`smlal` RdLo, RdHi).
    case accumulate
    /// Read and stored to memory.
    case storeData
}

/// How an instruction uses a floating-point register.
enum FloatRole: Sendable { case read, write, update, accumulate }

extension Operand {
    // 16-bit encodings: a register of r0…r7 at this bit.
    static func lowWrite(_ bit: UInt32) -> Operand { .core(.low(bit), .write) }
    static func lowRead(_ bit: UInt32) -> Operand { .core(.low(bit), .read) }
    static func lowUpdate(_ bit: UInt32) -> Operand { .core(.low(bit), .update) }
    static func lowData(_ bit: UInt32) -> Operand { .core(.low(bit), .storeData) }

    // A register of r0…r15 at this bit.
    static func write(_ bit: UInt32) -> Operand { .core(.any(bit), .write) }
    static func read(_ bit: UInt32) -> Operand { .core(.any(bit), .read) }
    static func update(_ bit: UInt32) -> Operand { .core(.any(bit), .update) }
    static func addend(_ bit: UInt32) -> Operand { .core(.any(bit), .addend) }
    static func accumulate(_ bit: UInt32) -> Operand { .core(.any(bit), .accumulate) }
    static func data(_ bit: UInt32) -> Operand { .core(.any(bit), .storeData) }

    static let readSP = Operand.core(.fixed(13), .read)
    static let writeSP = Operand.core(.fixed(13), .write)
    static let updateSP = Operand.core(.fixed(13), .update)
    static let writesPC = Operand.implicit(.fixed(15), .write)
    static let writesLR = Operand.implicit(.fixed(14), .write)

    static func bits(_ at: UInt32, _ count: UInt32, times scale: UInt32 = 1, plus bias: UInt32 = 0)
        -> Operand
    {
        .immediate(.bits(at: at, count: count, scale: scale, bias: bias))
    }

    static func load(_ form: AddressForm, _ bytes: Int) -> Operand {
        .memory(form, .load, bytes: bytes, count: 1)
    }
    static func store(_ form: AddressForm, _ bytes: Int) -> Operand {
        .memory(form, .store, bytes: bytes, count: 1)
    }
}
