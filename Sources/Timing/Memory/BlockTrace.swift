// SPDX-License-Identifier: GPL-2.0-or-later
package import ThumbISA

/// What the detailed mode follows in a block: the instruction memory that it runs into, its loads and
/// stores with their addresses in terms of registers, and its divides.
package struct BlockTrace: Sendable, Equatable {
    package struct Access: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case load, store
            case divide(isSigned: Bool)
        }
        /// Number of the instruction in the block.
        package var instruction: Int
        package var kind: Kind
        /// In the registers where the access is looked at; of a divide, base and index are the registers of
        /// dividend and divisor.
        package var address: RegisterTerm
        package var bytes: Int
        /// Memory may make the core wait.
        package var takesTime: Bool
        package var mayBeUnaligned: Bool
        /// It may wait for its bus to come to its memory.
        package var comesToMemory = false
        /// In one run with the load right before it, when both go to the same memory.
        package var pipelines = false
    }
    /// Registers are looked at again right before this instruction.
    package struct Point: Sendable, Equatable {
        package var instruction: Int
        package var accesses: [Access]
    }
    package struct FetchUnit: Sendable, Equatable {
        /// First address in it.
        package var address: UInt32
        /// First instruction that needs it.
        package var instruction: Int
    }

    package private(set) var fetchUnits: [FetchUnit] = []
    /// In terms of the registers at the block's entry.
    package private(set) var accesses: [Access] = []
    package private(set) var points: [Point] = []
    /// The point whose registers what follows is in terms of; nil for the block's entry.
    private var lastLook: Int?
    /// Where the last load or store went, in terms of the same registers; nil when it is not known.
    private var lastPlace: Place?

    /// What tells memories apart: constants beside registers hardly ever lead out of one.
    private enum Place: Equatable {
        case memory(Int)
        case registers(base: Int?, index: Int?, shift: Int)
    }

    package init(of block: CodeBlock, on memory: MemoryTraits) {
        findFetchUnits(block, bytes: memory.fetchBytes(at: block.address))
        var terms = RegisterTerms()
        for (index, instruction) in block.instructions.enumerated() {
            if instruction.instructionClass == .divide {
                addDivide(instruction, at: index, &terms)
            } else if let access = instruction.memory {
                let previous = index > 0 ? block.instructions[index - 1] : nil
                add(access, of: instruction, at: index, behind: previous, &terms, memory)
            }
            terms.step(instruction)
        }
    }

    private mutating func findFetchUnits(_ block: CodeBlock, bytes: Int) {
        guard bytes > 0 else { return }
        let mask = ~UInt32(bytes - 1)
        for (index, instruction) in block.instructions.enumerated() {
            for address in [instruction.address, instruction.endAddress &- 1]
            where fetchUnits.last.map({ address & mask != $0.address & mask }) ?? true {
                // The unit's own start, but for the block's first.
                fetchUnits.append(FetchUnit(address: address & mask, instruction: index))
            }
        }
    }

    /// Where a condition may skip an instruction, it is looked at when it is not skipped. What follows
    /// cannot rest on that look.
    private mutating func addDivide(
        _ instruction: Instruction, at index: Int, _ terms: inout RegisterTerms
    ) {
        // Rn and Rm (ARMv7-M ARM A7.7.127, A7.7.191).
        let registers = RegisterTerm(
            base: Int(instruction.encoding >> 16 & 0xF), index: Int(instruction.encoding & 0xF))
        points.append(
            Point(
                instruction: index,
                accesses: [
                    Access(
                        instruction: index, kind: .divide(isSigned: instruction.mnemonic == .sdiv),
                        address: registers, bytes: 0, takesTime: false, mayBeUnaligned: false)
                ]))
        if !instruction.isSkippable { look(&terms) }
    }

    private mutating func look(_ terms: inout RegisterTerms) {
        lastLook = points.count - 1
        lastPlace = nil
        terms.lookAgain()
    }

    private mutating func add(
        _ memory: MemoryAccess, of instruction: Instruction, at index: Int,
        behind previous: Instruction?, _ terms: inout RegisterTerms, _ traits: MemoryTraits
    ) {
        let pipelines =
            memory.direction != .store && previous.map(instruction.pipelines(behind:)) ?? false
        func access(_ terms: RegisterTerms) -> Access? {
            terms.address(of: instruction, memory).map {
                var access = Access(memory, at: index, address: $0, traits)
                access.pipelines = pipelines
                return access
            }
        }
        if var known = access(terms) {
            known.comesToMemory =
                traits.busesWait && (instruction.isSkippable || mayWait(known, traits))
            guard known.isOfInterest else { return }
            if !instruction.isSkippable {
                if let lastLook {
                    points[lastLook].accesses.append(known)
                } else {
                    accesses.append(known)
                }
                return
            }
        }
        lastPlace = nil
        guard var found = access(RegisterTerms()) else { return }
        found.comesToMemory = traits.busesWait
        guard found.isOfInterest else { return }
        points.append(Point(instruction: index, accesses: [found]))
        if !instruction.isSkippable {
            look(&terms)
            _ = mayWait(found, traits)
        }
    }

    /// Whether a load or store may wait for its bus, or make the next one wait; it is then the last that went anywhere.
    private mutating func mayWait(_ access: Access, _ traits: MemoryTraits) -> Bool {
        let address = access.address
        let isConstant = address.base == nil && address.index == nil
        let region = isConstant ? traits.region(at: address.constant) : nil
        if isConstant, region == nil {
            lastPlace = nil
            return false
        }
        let place =
            region.map { Place.memory($0.memory) }
            ?? .registers(base: address.base, index: address.index, shift: address.shift)
        defer { lastPlace = place }
        if place != lastPlace { return true }
        let beginsRun = access.kind == .load && !access.pipelines
        return beginsRun && (region.map { $0.firstLoadCycles > 0 } ?? traits.runsWait)
    }
}

extension BlockTrace.Access {
    fileprivate init(
        _ memory: MemoryAccess, at index: Int, address: RegisterTerm, _ traits: MemoryTraits
    ) {
        let isStore = memory.direction == .store
        let mustBeAligned =
            memory.requiresAlignment || memory.transferCount > 1 || memory.bytesPerTransfer == 1
        self.init(
            instruction: index, kind: isStore ? .store : .load, address: address,
            bytes: memory.bytesPerTransfer * memory.transferCount,
            takesTime: traits.takesTime(address, isStore: isStore),
            mayBeUnaligned: !mustBeAligned
                && !address.isMultiple(of: UInt32(memory.bytesPerTransfer)))
    }

    fileprivate var isOfInterest: Bool { takesTime || mayBeUnaligned || comesToMemory }
}

extension RegisterTerm {
    /// Whether it is one whatever the registers hold. SP is a multiple of 4 (ARMv7-M ARM B1.4.1).
    fileprivate func isMultiple(of bytes: UInt32) -> Bool {
        constant % bytes == 0 && (base == nil || base == 13)
            && (index == nil || (1 << UInt32(shift)) % bytes == 0)
    }
}
