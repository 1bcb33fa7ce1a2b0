// SPDX-License-Identifier: GPL-2.0-or-later

/// What the engine must be told about code, and whom it tells what happens inside blocks.
///
/// Asked once per block and once per edge (predecessor → block), never on the hot path.
package protocol ExecutionDelegate: AnyObject {
    /// What a block consists of; asked before it is executed for the first time.
    func facts(of code: BlockCode) -> BlockFacts
    /// What one passage costs. `predecessor` is nil after reset, exceptions and interrupted blocks.
    func cost(of block: BlockID, after predecessor: BlockID?) -> EdgeCost
    /// The block's code changed or was dropped. Its identifier may be given to another block.
    func discarded(_ block: BlockID)
    /// The instruction at this address is about to execute: a probe, or a supervised instruction of
    /// one of these kinds, or both. `Engine.stopBeforeInstruction()` may be called from here.
    func reached(instruction address: UInt32, probe: Bool, supervised: SupervisedKinds)
    /// What a divide with these operands costs beyond the mean that edges hold, in ticks; the detailed
    /// mode only.
    func divideTicks(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> Int32
}

extension ExecutionDelegate {
    package func divideTicks(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> Int32 { 0 }
}

/// A block of the engine: straight-line code with one entry, executed to its end.
package struct BlockID: Hashable, Sendable {
    package let rawValue: UInt32
    init(rawValue: UInt32) { self.rawValue = rawValue }
}

package struct BlockCode: Sendable {
    package var id: BlockID
    package var address: UInt32
    package var bytes: [UInt8]
    /// The ITSTATE bits that the first instruction executes under; 0 outside an IT block.
    package var itState: UInt8
}

/// What the engine needs to know of a block to account for it.
package struct BlockFacts: Sendable {
    /// All instructions, those that an IT block may skip included.
    package var instructionCount: Int
    /// How far SP goes at most below its value at entry, bytes.
    package var stackDescentBytes: UInt32
    /// The block may change which stack is in use (`msr control`) or move SP to another memory.
    package var switchesStack: Bool
    /// Byte offsets of the instructions that an IT block makes conditional, ascending.
    package var conditionalOffsets: [UInt16]
    package var supervised: [SupervisedInstruction]
    /// Alignments that can be decided at the block's entry; see `AlignmentRequirement`.
    package var alignment: [AlignmentRequirement]
    /// Whose ticks the block's are; only asked of engines that profile.
    package var profile: BlockProfile?
    /// What the detailed mode follows in it; ignored in the fast mode.
    package var detail = BlockDetail()

    package init(
        instructionCount: Int, stackDescentBytes: UInt32 = 0, switchesStack: Bool = false,
        conditionalOffsets: [UInt16] = [], supervised: [SupervisedInstruction] = [],
        alignment: [AlignmentRequirement] = []
    ) {
        self.instructionCount = instructionCount
        self.stackDescentBytes = stackDescentBytes
        self.switchesStack = switchesStack
        self.conditionalOffsets = conditionalOffsets
        self.supervised = supervised
        self.alignment = alignment
    }
}

/// Register `register` plus `offset` must be a multiple of 4 when the block is entered. When it is
/// not, the block runs with its `.alignment` instructions supervised.
package struct AlignmentRequirement: Sendable, Equatable {
    package var register: Int
    package var offset: Int32
    package init(register: Int, offset: Int32) {
        self.register = register
        self.offset = offset
    }
}

/// An instruction that the delegate wants to see before it executes, while one of its kinds is in
/// `Engine.supervisedKinds`.
package struct SupervisedInstruction: Sendable, Equatable {
    package var offset: UInt16
    package var kinds: SupervisedKinds
    /// Register and offset of an address that must be a multiple of 4, with the values that they have
    /// right before the instruction: where `kinds` ask for alignment alone, the delegate is not told of
    /// aligned accesses. Nil when the address has another form.
    package var alignment: AlignmentRequirement?
    package init(
        offset: UInt16, kinds: SupervisedKinds, alignment: AlignmentRequirement? = nil
    ) {
        self.offset = offset
        self.kinds = kinds
        self.alignment = alignment
    }
}

package struct SupervisedKinds: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Divides, for CCR.DIV_0_TRP.
    package static let divide = SupervisedKinds(rawValue: 1)
    /// Loads and stores that may be unaligned, for CCR.UNALIGN_TRP.
    package static let unaligned = SupervisedKinds(rawValue: 2)
    /// Floating-point instructions, for CPACR.
    package static let floatingPoint = SupervisedKinds(rawValue: 4)
    /// Accesses that must be aligned whatever CCR says (LDM, LDRD, VLDR …). Always in force: the
    /// engine supervises them where an `AlignmentRequirement` of the block fails.
    package static let alignment = SupervisedKinds(rawValue: 8)
    /// As `alignment`, for blocks whose address registers change before the access: those are
    /// supervised from the start.
    package static let alignmentUndecided = SupervisedKinds(rawValue: 16)
}

/// Cost of one passage through a block, in ticks of 1/256 cycle so that mean costs stay exact.
package struct EdgeCost: Sendable, Equatable {
    /// All of it, as if no instruction were skipped.
    package var ticks: UInt32
    /// What is saved for each of `BlockFacts.conditionalOffsets` when it is skipped, same order.
    package var skipSavingTicks: [UInt32]
    /// The branch on the edge that the core predicts; only the detailed mode follows it.
    package var branch: PredictedEdge?

    package static let ticksPerCycle: UInt64 = 256

    package init(ticks: UInt32, skipSavingTicks: [UInt32] = []) {
        self.ticks = ticks
        self.skipSavingTicks = skipSavingTicks
    }

    package init(cycles: UInt32, skipSavingCycles: [UInt32] = []) {
        self.init(
            ticks: cycles &* UInt32(Self.ticksPerCycle),
            skipSavingTicks: skipSavingCycles.map { $0 &* UInt32(Self.ticksPerCycle) })
    }
}

/// Flash as its controller sees it: asked about every store to memory mapped without write permission.
package protocol ReadOnlyStoreHandler: AnyObject {
    /// False makes the store fault. True lets the program go on behind it; the engine writes nothing.
    ///
    /// `size` is 1, 2, 4 or 8 bytes. An unaligned store arrives as a whole and, when that is let
    /// through, byte by byte again. Registers are current; `Engine.requestStop()` may be called.
    func store(address: UInt32, size: Int, value: UInt64) -> Bool
}

/// A peripheral region. Called from inside the run: read or write registers of the engine freely,
/// but never its PC, and stop with `requestStop` or `refuseAccess`.
package protocol MMIOHandler: AnyObject {
    /// `size` is 1, 2 or 4 bytes; the address is inside the region, not always aligned.
    func read(address: UInt32, size: Int) -> UInt32
    func write(address: UInt32, size: Int, value: UInt32)
}

/// Memory that the engine allocates and maps.
package struct MemoryRegion: Sendable, Equatable {
    package enum Access: Sendable, Equatable {
        /// Read and execute; writes fault. Flash.
        case readExecute
        /// Read, write and execute. RAM.
        case readWriteExecute
        /// Read and write; execution faults.
        case readWrite
    }
    package var name: String
    package var origin: UInt32
    package var lengthBytes: UInt32
    package var access: Access
    /// Further origins at which the same bytes appear.
    package var aliases: [UInt32]

    package init(
        name: String, origin: UInt32, lengthBytes: UInt32, access: Access, aliases: [UInt32] = []
    ) {
        self.name = name
        self.origin = origin
        self.lengthBytes = lengthBytes
        self.access = access
        self.aliases = aliases
    }
}
