// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA
import Timing

extension SupervisedKinds {
    /// `cps`, `msr` and `sev`: what they change is looked at before the next block.
    static let systemState = SupervisedKinds(rawValue: 32)
    /// A branch to itself.
    static let endlessLoop = SupervisedKinds(rawValue: 64)
}

extension Processor {
    func facts(of block: BlockCode) -> BlockFacts {
        let instructions = Array(
            InstructionSequence(
                bytes: block.bytes, address: block.address,
                itState: ITState(rawValue: block.itState)))
        let itState = ITState(rawValue: block.itState)
        initialITState[block.id] = itState.isActive ? itState : nil
        let decoded = CodeBlock(
            address: block.address, instructions: instructions,
            entryAlignment: RegisterAlignment(engine.coreRegister))
        code[block.id] = decoded
        var facts = BlockFacts(instructionCount: instructions.count)
        facts.profile = profiler?.facts(of: decoded)
        facts.detail = detail(of: decoded)
        let stack = StackDescent(of: instructions)
        facts.stackDescentBytes = stack.bytes
        facts.switchesStack = stack.isUnknown
        let alignment = AlignmentAnalysis(of: instructions)
        facts.alignment = alignment.requirements
        for (index, instruction) in instructions.enumerated() {
            let offset = UInt16(truncatingIfNeeded: instruction.address &- block.address)
            if instruction.isSkippable { facts.conditionalOffsets.append(offset) }
            let kinds = instruction.supervisedKinds.union(alignment.kinds[index])
            if !kinds.isEmpty {
                facts.supervised.append(
                    SupervisedInstruction(
                        offset: offset, kinds: kinds, alignment: instruction.alignedAddress))
            }
        }
        return facts
    }

    func cost(of block: BlockID, after predecessor: BlockID?) -> EdgeCost {
        guard let target = code[block] else { return EdgeCost(ticks: 0) }
        let before = predecessor.flatMap { code[$0] }
        if busWaits != nil {
            observeMemories(of: target, after: before)
            costCache[BlockEdge(block: block, predecessor: predecessor)] = nil
        }
        let branch = predictedBranch(from: before, to: target)
        let cost = branch?.predictedCost ?? meanCost(of: target, after: before)
        let savings = zip(target.instructions, cost.skipSavings)
            .filter { $0.0.isSkippable }.map { $0.1 &* UInt32(EdgeCost.ticksPerCycle) }
        var result = EdgeCost(ticks: cost.totalFixedPoint, skipSavingTicks: savings)
        result.branch = branch.map(PredictedEdge.init)
        return result
    }

    func discarded(_ block: BlockID) {
        code[block] = nil
        initialITState[block] = nil
        costCache = costCache.filter { $0.key.block != block && $0.key.predecessor != block }
    }

    /// What one passage costs before anything that only a run can tell.
    func blockCost(of block: CodeBlock, after predecessor: BlockID?) -> BlockCost {
        let before = predecessor.flatMap { code[$0] }
        return predictedBranch(from: before, to: block)?.predictedCost
            ?? meanCost(of: block, after: before)
    }

    private func meanCost(of block: CodeBlock, after predecessor: CodeBlock?) -> BlockCost {
        let cost = pipeline(for: block.address).cost(
            of: block, after: predecessor, way: branchWays.way(from: predecessor, to: block))
        return busWaits?.cost(cost, of: block, after: predecessor) ?? cost
    }

    /// The core is about to execute the block.
    private func observeMemories(of block: CodeBlock, after predecessor: CodeBlock?) {
        busWaits?.observe(
            block, after: predecessor, register: { engine.coreRegister($0) },
            word: { boardMemory(at: $0, length: 4) == nil ? nil : word(at: $0) })
    }

    func pipeline(for address: UInt32) -> any PipelineModel {
        boardMemory(at: address)?.kind == .flash ? flashPipeline : ramPipeline
    }

    /// Ticks from the current block's entry to its instruction `index`.
    func ticksBefore(_ index: Int, in run: BlockRun) -> UInt64 {
        let edge = BlockEdge(block: run.block, predecessor: run.predecessor)
        let cost: BlockCost
        if let known = costCache[edge] {
            cost = known
        } else {
            guard let block = code[run.block] else { return 0 }
            cost = blockCost(of: block, after: run.predecessor)
            if costCache.count >= 4096 { costCache.removeAll() }
            costCache[edge] = cost
        }
        guard index < cost.cyclesBefore.count else { return UInt64(cost.totalFixedPoint) }
        return UInt64(cost.cyclesBefore[index]) * EdgeCost.ticksPerCycle
    }

    /// Totals at the moment before instruction `index` of the current block.
    func counters(before index: Int, in run: BlockRun) -> Counters {
        Counters(exactCounters(before: index, in: run))
    }

    func exactCounters(before index: Int, in run: BlockRun) -> ExecutionCounters {
        let address = code[run.block]?.instructions[safe: index]?.address ?? run.address
        return engine.counters(
            beforeInstruction: index, at: address, ticksBefore: ticksBefore(index, in: run))
    }

    /// Takes back what was charged for the current block from the instruction at `address` on.
    func truncateBlock(at address: UInt32) {
        guard let run = engine.currentBlock, let block = code[run.block],
            let index = block.instructions.firstIndex(where: { $0.address == address })
        else { return }
        engine.truncateCurrentBlock(
            beforeInstruction: index, at: address, ticksBefore: ticksBefore(index, in: run))
        restoreITState(block, initialITState[run.block] ?? .none, before: address)
    }

    /// In the middle of a block the core's xPSR holds the IT state of the block's start.
    private func restoreITState(_ block: CodeBlock, _ initial: ITState, before address: UInt32) {
        let length = Int(block.endAddress &- block.address)
        guard let bytes = bytes(at: block.address, count: length) else { return }
        var sequence = InstructionSequence(
            bytes: bytes, address: block.address, itState: initial)
        for instruction in block.instructions {
            guard instruction.address < address else { break }
            _ = sequence.next()
        }
        let state = UInt32(sequence.itState.rawValue)
        engine[.xpsr] = engine[.xpsr] & ~Self.itStateMask | (state & 3) << 25 | (state >> 2) << 10
    }

    /// IT[1:0] and IT[7:2] in xPSR (ARMv7-M ARM B1.4.2).
    private static let itStateMask: UInt32 = 0x0600_FC00

    func instruction(at address: UInt32) -> Instruction? {
        if let run = engine.currentBlock, let block = code[run.block],
            let found = block.instructions.first(where: { $0.address == address })
        {
            return found
        }
        guard let bytes = bytes(at: address, count: 4) ?? bytes(at: address, count: 2) else {
            return nil
        }
        var sequence = InstructionSequence(bytes: bytes, address: address)
        return sequence.next()
    }
}

extension Counters {
    init(_ engine: ExecutionCounters) {
        self.init(
            cycles: engine.cycles, instructions: engine.instructions,
            skippedInstructions: engine.skippedInstructions)
    }
}

extension Array {
    subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

extension Instruction {
    var isFloatingPoint: Bool {
        switch instructionClass {
        case .floatArithmetic, .floatMultiply, .floatMultiplyAccumulate,
            .floatFusedMultiplyAccumulate, .floatDivide, .floatSquareRoot, .floatConvert,
            .floatMove, .floatLoad, .floatStore, .floatLoadMultiple, .floatStoreMultiple:
            true
        default: false
        }
    }

    /// The address that must be a multiple of 4, when it is a register plus a constant.
    var alignedAddress: AlignmentRequirement? {
        guard let memory, memory.requiresAlignment, memory.index == nil, memory.base < 15 else {
            return nil
        }
        return AlignmentRequirement(
            register: memory.base, offset: memory.indexing == .postIndexed ? 0 : memory.offset)
    }

    /// SYSm of an `msr`: the special register that it writes (ARMv7-M ARM B5.1.1).
    var specialRegisterWritten: UInt32? { mnemonic == .msr ? encoding & 0xFF : nil }

    private var changesSystemState: Bool {
        switch mnemonic {
        case .sev, .cpsie, .cpsid: true
        case .msr: (specialRegisterWritten ?? 0) >= 8
        default: setsStackPointer
        }
    }

    /// SP is loaded, or copied from a register that is no usual frame pointer (r7, r11).
    var setsStackPointer: Bool {
        if specialRegisterWritten == 8 { return true }
        guard writes.contains(.sp) else { return false }
        if let memory { return memory.base != 13 || memory.indexing == .offset }
        return mnemonic == .mov && reads.isDisjoint(with: [RegisterSet(7), RegisterSet(11)])
    }

    /// Kinds that follow from the instruction alone.
    var supervisedKinds: SupervisedKinds {
        var kinds: SupervisedKinds = []
        if instructionClass == .divide { kinds.insert(.divide) }
        if isFloatingPoint { kinds.insert(.floatingPoint) }
        if changesSystemState { kinds.insert(.systemState) }
        if let memory, memory.bytesPerTransfer > 1, memory.base != 15 { kinds.insert(.unaligned) }
        if instructionClass == .branch, branchTarget == address, condition == .al {
            kinds.insert(.endlessLoop)
        }
        return kinds
    }
}
