// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// A value as constant + base register + index register << shift; modulo 2³².
package struct RegisterTerm: Sendable, Equatable {
    package var constant: UInt32
    package var base: Int?
    package var index: Int?
    package var shift: Int

    package init(constant: UInt32 = 0, base: Int? = nil, index: Int? = nil, shift: Int = 0) {
        self.constant = constant
        self.base = base
        self.index = index
        self.shift = shift
    }

    func adding(_ offset: Int32) -> RegisterTerm {
        var sum = self
        sum.constant &+= UInt32(bitPattern: offset)
        return sum
    }

    /// Nil when the sum needs more than one plain and one shifted register.
    func adding(_ other: RegisterTerm) -> RegisterTerm? {
        var plain: [Int] = []
        var shifted: [(register: Int, shift: Int)] = []
        for term in [self, other] {
            if let base = term.base { plain.append(base) }
            if let index = term.index {
                if term.shift == 0 {
                    plain.append(index)
                } else {
                    shifted.append((index, term.shift))
                }
            }
        }
        if plain.count == 2, shifted.isEmpty { shifted.append((plain.removeLast(), 0)) }
        guard plain.count <= 1, shifted.count <= 1 else { return nil }
        return RegisterTerm(
            constant: constant &+ other.constant, base: plain.first,
            index: shifted.first?.register, shift: shifted.first?.shift ?? 0)
    }

    /// Nil when there is more than one register in it.
    func shiftedLeft(by amount: Int) -> RegisterTerm? {
        guard amount > 0 else { return self }
        guard amount < 32 else { return nil }
        switch (base, index) {
        case (nil, nil): return RegisterTerm(constant: constant << UInt32(amount))
        case (let register?, nil):
            return RegisterTerm(
                constant: constant << UInt32(amount), index: register, shift: amount)
        case (nil, let register?) where shift + amount < 32:
            return RegisterTerm(
                constant: constant << UInt32(amount), index: register, shift: shift + amount)
        default: return nil
        }
    }
}

/// What straight-line code makes of its registers, in terms of the values that they had at one place.
struct RegisterTerms {
    /// r0 to r14; nil where it is not known.
    private var terms: [RegisterTerm?] = []

    init() { lookAgain() }

    /// All terms are constants: what r0 to r14 hold at one time.
    init(values: [UInt32]) { terms = values.map { RegisterTerm(constant: $0) } }

    /// A register's value where its term is a constant.
    subscript(register: Int) -> UInt32? {
        get {
            guard let term = terms[register], term.base == nil, term.index == nil else {
                return nil
            }
            return term.constant
        }
        set { terms[register] = newValue.map { RegisterTerm(constant: $0) } }
    }

    /// From here on terms are in the registers as they are here.
    mutating func lookAgain() { terms = (0..<15).map { RegisterTerm(base: $0) } }

    /// The address of the first byte that a load or store accesses; nil when it is not known.
    func address(of instruction: Instruction, _ memory: MemoryAccess) -> RegisterTerm? {
        guard let start = base(of: instruction, memory) else { return nil }
        if memory.indexing == .postIndexed { return start }
        let offset = start.adding(memory.offset)
        guard let index = memory.index else { return offset }
        guard index < 15, let scaled = terms[index]?.shiftedLeft(by: memory.indexShift) else {
            return nil
        }
        return offset.adding(scaled)
    }

    private func base(of instruction: Instruction, _ memory: MemoryAccess) -> RegisterTerm? {
        guard memory.base == 15 else { return terms[memory.base] }
        // Literals count from the aligned PC, jump tables from the PC itself.
        let isTable = instruction.instructionClass == .tableBranch
        let pc = instruction.address &+ 4
        return RegisterTerm(constant: isTable ? pc : pc & ~3)
    }

    mutating func step(_ instruction: Instruction) {
        let writesBack = instruction.memory.map { $0.indexing != .offset } ?? false
        let isSkippable = instruction.isSkippable
        let result = isSkippable ? nil : value(of: instruction)
        let before = terms
        for number in 0..<15 where instruction.writes.contains(number: number) {
            guard let memory = instruction.memory else {
                terms[number] = result
                continue
            }
            let isBase = writesBack && number == memory.base && memory.index == nil
            terms[number] = isBase && !isSkippable ? before[number]?.adding(memory.offset) : nil
        }
    }

    private func value(of instruction: Instruction) -> RegisterTerm? {
        guard instruction.memory == nil else { return nil }
        let sources = (0..<15).filter { instruction.reads.contains(number: $0) }
        let immediate = instruction.immediate
        switch (instruction.mnemonic, sources.count) {
        case (.mov, 0), (.movw, 0):
            return immediate.map { RegisterTerm(constant: UInt32(bitPattern: $0)) }
        case (.adr, _):
            return immediate.map {
                RegisterTerm(constant: (instruction.address &+ 4) & ~3).adding($0)
            }
        case (.movt, 1):
            guard let low = terms[sources[0]], low.base == nil, low.index == nil, let immediate
            else { return nil }
            return RegisterTerm(
                constant: low.constant & 0xFFFF | UInt32(bitPattern: immediate) << 16)
        case (.mov, 1): return instruction.hasShiftedOperand ? nil : terms[sources[0]]
        case (.lsl, 1):
            return immediate.flatMap { terms[sources[0]]?.shiftedLeft(by: Int($0)) }
        case (.add, _), (.sub, _): return sum(instruction, sources)
        default: return nil
        }
    }

    private func sum(_ instruction: Instruction, _ sources: [Int]) -> RegisterTerm? {
        guard !instruction.reads.contains(.pc) else { return nil }
        if let immediate = instruction.immediate, sources.count == 1 {
            return terms[sources[0]]?.adding(
                instruction.mnemonic == .sub ? 0 &- immediate : immediate)
        }
        guard instruction.mnemonic == .add, instruction.immediate == nil else { return nil }
        if instruction.hasShiftedOperand {
            // Rn + Rm << imm3:imm2 (ARMv7-M ARM A7.7.4, encoding T3; type 00 is lsl).
            let encoding = instruction.encoding
            let (rn, rm) = (Int(encoding >> 16 & 0xF), Int(encoding & 0xF))
            guard instruction.width == 4, encoding >> 4 & 3 == 0, rn < 15, rm < 15 else {
                return nil
            }
            let amount = Int((encoding >> 12 & 7) << 2 | encoding >> 6 & 3)
            guard let scaled = terms[rm]?.shiftedLeft(by: amount) else { return nil }
            return terms[rn]?.adding(scaled)
        }
        guard sources.count == 2, let other = terms[sources[1]] else { return nil }
        return terms[sources[0]]?.adding(other)
    }
}
