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

    package init(of block: CodeBlock, on memory: MemoryTraits) {
        findFetchUnits(block, bytes: memory.fetchBytes(at: block.address))
        var terms = RegisterTerms()
        for (index, instruction) in block.instructions.enumerated() {
            if instruction.instructionClass == .divide {
                addDivide(instruction, at: index, &terms)
            } else if let access = instruction.memory {
                add(access, of: instruction, at: index, &terms, memory)
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
        if !instruction.mayBeSkipped { look(&terms) }
    }

    private mutating func look(_ terms: inout RegisterTerms) {
        lastLook = points.count - 1
        terms.lookAgain()
    }

    private mutating func add(
        _ memory: MemoryAccess, of instruction: Instruction, at index: Int,
        _ terms: inout RegisterTerms, _ traits: MemoryTraits
    ) {
        func access(_ terms: RegisterTerms) -> Access? {
            terms.address(of: instruction, memory).map {
                Access(memory, at: index, address: $0, traits)
            }
        }
        if let known = access(terms) {
            guard known.isOfInterest else { return }
            if !instruction.mayBeSkipped {
                if let lastLook {
                    points[lastLook].accesses.append(known)
                } else {
                    accesses.append(known)
                }
                return
            }
        }
        guard let found = access(RegisterTerms()), found.isOfInterest else { return }
        points.append(Point(instruction: index, accesses: [found]))
        if !instruction.mayBeSkipped { look(&terms) }
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

    fileprivate var isOfInterest: Bool { takesTime || mayBeUnaligned }
}

extension RegisterTerm {
    /// Whether it is one whatever the registers hold. SP is a multiple of 4 (ARMv7-M ARM B1.4.1).
    fileprivate func isMultiple(of bytes: UInt32) -> Bool {
        constant % bytes == 0 && (base == nil || base == 13)
            && (index == nil || (1 << UInt32(shift)) % bytes == 0)
    }
}

extension Instruction {
    /// By the condition of its IT block.
    fileprivate var mayBeSkipped: Bool { isInITBlock && condition != .al }
}
