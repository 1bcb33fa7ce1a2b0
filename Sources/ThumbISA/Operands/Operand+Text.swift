// SPDX-License-Identifier: GPL-2.0-or-later

extension Operand {
    /// The operand as assembly text, or nil when it is not shown.
    func text(of instruction: Instruction) -> String? {
        let encoding = instruction.encoding
        switch self {
        case .core(let field, _): return CoreName.all[field.number(encoding)]
        case .implicit, .condition: return nil
        case .shifted(let form): return form.resolve(encoding).text
        case .immediate(.floatConstant):
            let bits = ImmediateField.floatConstant.value(encoding)
            return "#\(Float(bitPattern: bits))"
        case .immediate(.fractionBits):
            // Below zero where 16-bit fixed point has more than 16 fraction bits (UNPREDICTABLE).
            return "#\(Int32(bitPattern: ImmediateField.fractionBits.value(encoding)))"
        case .immediate(let field): return "#\(field.value(encoding))"
        case .pcRelative(let field):
            let target = (instruction.address &+ 4) & ~3 &+ field.value(encoding)
            return "0x" + String(target, radix: 16)
        case .memory(let form, _, _, _), .addressOnly(let form): return form.resolve(encoding).text
        case .multiple(let form, let direction):
            let impliesStack: Bool =
                switch instruction.mnemonic {
                case .push, .pop, .vpush, .vpop: true
                default: false
                }
            return form.resolve(encoding, direction)?.text(impliesStack: impliesStack)
        case .label: return instruction.branchTarget.map { "0x" + String($0, radix: 16) }
        case .float(let field, let precision, _):
            let isDouble = precision.isDouble(encoding)
            return "\(isDouble ? "d" : "s")\(field.number(encoding, isDouble: isDouble))"
        case .nextFloat(let field, _):
            return "s\(field.number(encoding, isDouble: false) + 1)"
        case .floatLane:
            return "d\(FloatField.n.number(encoding, isDouble: true))[\(encoding.field(21, 1))]"
        case .specialRegister:
            return SpecialRegister.name(SpecialRegister.number(encoding))
        case .barrierOption: return BarrierOption.text(encoding)
        case .interruptMasks:
            return (encoding.field(1, 1) == 1 ? "i" : "") + (encoding.field(0, 1) == 1 ? "f" : "")
        case .coprocessorField(let field): return field.text(encoding)
        case .text(let text): return text
        }
    }
}
