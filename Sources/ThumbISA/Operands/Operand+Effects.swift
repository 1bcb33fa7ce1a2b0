// SPDX-License-Identifier: GPL-2.0-or-later

extension Operand {
    /// Adds what this operand reads, writes and accesses to `instruction`.
    ///
    /// Returns false when the operand does not exist in ARMv7E-M (d16…d31): the instruction is UNDEFINED.
    func apply(to instruction: inout Instruction) -> Bool {
        let encoding = instruction.encoding
        switch self {
        case .core(let field, let role), .implicit(let field, let role):
            instruction.use(RegisterSet(field.number(encoding)), as: role)
        case .shifted(let form):
            instruction.use(form.resolve(encoding))
        case .immediate(let field):
            if instruction.immediate == nil {
                instruction.immediate = Int32(bitPattern: field.value(encoding))
            }
            if field.isShiftedConstant(encoding) { instruction.hasShiftedOperand = true }
        case .pcRelative(let field):
            instruction.immediate = Int32(bitPattern: field.value(encoding))
            instruction.reads.formUnion(.pc)
        case .memory(let form, let direction, let bytes, let count):
            instruction.access(form.resolve(encoding), direction, bytes: bytes, count: count)
        case .addressOnly(let form):
            instruction.form(form.resolve(encoding))
        case .multiple(let form, let direction):
            guard let transfer = form.resolve(encoding, direction) else { return false }
            instruction.transfer(transfer, direction)
        case .label(let field):
            instruction.branchTarget = field.target(encoding, address: instruction.address)
            instruction.writes.formUnion(.pc)
        case .condition(let at):
            instruction.condition = Condition(rawValue: UInt8(encoding.field(at, 4))) ?? .al
            instruction.readsFlags = true
        case .float(let field, let precision, let role):
            let isDouble = precision.isDouble(encoding)
            let number = field.number(encoding, isDouble: isDouble)
            guard let register = FloatRegisters.one(number, isDouble: isDouble) else {
                return false
            }
            instruction.useFloat(register.mask, as: role)
        case .nextFloat(let field, let role):
            instruction.useFloat(1 << (field.number(encoding, isDouble: false) + 1), as: role)
        case .floatLane(let role):
            let number = FloatField.n.number(encoding, isDouble: true)
            guard number < 16 else { return false }
            instruction.useFloat(1 << (number * 2 + encoding.field(21, 1)), as: role)
        case .specialRegister(let role):
            instruction.useSpecialRegister(SpecialRegister.number(encoding), as: role)
        case .barrierOption, .interruptMasks, .coprocessorField, .text:
            break
        }
        return true
    }
}

extension Instruction {
    fileprivate mutating func use(_ register: RegisterSet, as role: CoreRole) {
        if role != .write { reads.formUnion(register) }
        switch role {
        case .read: break
        case .write, .update: writes.formUnion(register)
        case .addend: accumulatorReads.formUnion(register)
        case .accumulate:
            accumulatorReads.formUnion(register)
            writes.formUnion(register)
        case .storeData: storeDataReads.formUnion(register)
        }
    }

    fileprivate mutating func use(_ operand: ShiftedRegister) {
        let register = RegisterSet(operand.number)
        reads.formUnion(register)
        guard operand.amount != 0 else { return }
        shiftedReads.formUnion(register)
        hasShiftedOperand = true
        if operand.kind == "rrx" { readsFlags = true }
    }

    fileprivate mutating func useFloat(_ mask: UInt32, as role: FloatRole) {
        if role != .write { floatReads |= mask }
        if role != .read { floatWrites |= mask }
        if role == .accumulate { floatAccumulatorReads |= mask }
    }

    /// Base and index of an address; the base is written when the form says so.
    fileprivate mutating func form(_ address: ResolvedAddress) {
        var registers = RegisterSet(address.base)
        if let index = address.index { registers.formUnion(RegisterSet(index)) }
        reads.formUnion(registers)
        addressReads.formUnion(registers)
        if address.writesBase { writes.formUnion(RegisterSet(address.base)) }
    }

    fileprivate mutating func access(
        _ address: ResolvedAddress, _ direction: MemoryAccess.Direction, bytes: Int, count: Int
    ) {
        form(address)
        let alwaysAligned =
            count == 2 || instructionClass == .exclusive || instructionClass == .floatLoad
            || instructionClass == .floatStore
        // `MemoryAccess.base` 15 is the aligned PC; a table branch adds to the PC as it is.
        let isTableAtPC = instructionClass == .tableBranch && address.base == 15
        let misalignment = isTableAtPC ? Int32(self.address & 2) : 0
        memory = MemoryAccess(
            direction: direction, base: address.base, index: address.index,
            indexShift: address.indexShift, offset: address.offset + misalignment,
            indexing: address.indexing,
            bytesPerTransfer: bytes, transferCount: count, requiresAlignment: alwaysAligned)
    }

    fileprivate mutating func transfer(
        _ transfer: MultipleTransfer, _ direction: MemoryAccess.Direction
    ) {
        let base = RegisterSet(transfer.base)
        reads.formUnion(base)
        addressReads.formUnion(base)
        if transfer.writesBase { writes.formUnion(base) }
        let floatMask = transfer.float?.mask ?? 0
        switch direction {
        case .load, .loadAndStore:
            writes.formUnion(transfer.core)
            floatWrites |= floatMask
        case .store:
            reads.formUnion(transfer.core)
            storeDataReads.formUnion(transfer.core)
            floatReads |= floatMask
        }
        let indexing: MemoryAccess.Indexing =
            !transfer.writesBase ? .offset : transfer.decrements ? .preIndexed : .postIndexed
        let moved = transfer.decrements ? -transfer.bytes : transfer.bytes
        let (bytesPerTransfer, count) = transfer.access
        memory = MemoryAccess(
            direction: direction, base: transfer.base,
            offset: transfer.decrements || transfer.writesBase ? moved : 0, indexing: indexing,
            bytesPerTransfer: bytesPerTransfer, transferCount: count, requiresAlignment: true)
    }

    fileprivate mutating func useSpecialRegister(_ number: UInt32, as role: CoreRole) {
        let isStackPointer = SpecialRegister.movesStackPointer(number)
        if role == .read {
            if SpecialRegister.containsFlags(number) { readsFlags = true }
            if isStackPointer, number != SpecialRegister.control { reads.formUnion(.sp) }
        } else {
            // Mask bit 11 selects N, Z, C, V, Q.
            if SpecialRegister.containsFlags(number), encoding.field(11, 1) == 1 {
                setsFlags = true
            }
            if isStackPointer { writes.formUnion(.sp) }
        }
    }
}
