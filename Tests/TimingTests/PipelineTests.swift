// SPDX-License-Identifier: GPL-2.0-or-later
import TestSupport
import Testing
import ThumbISA
import Timing

@Suite struct PipelineTests {
    static let pipelines = PipelineCore.allCases.map {
        Pipelines.make(
            core: $0, memory: MemoryTiming(storeToLoadCycles: 2.8, firstLoadCycles: 0.45))
    }

    @Test("should name each model with its version")
    func namesModels() {
        let memory = MemoryTiming()
        #expect(Pipelines.make(core: .cortexM4, memory: memory).identifier == "cortex-m4/3")
        #expect(Pipelines.make(core: .cortexM7, memory: memory).identifier == "cortex-m7/3")
    }

    @Test("should charge exceptions by the manual, and the floating-point frame apart")
    func chargesExceptions() {
        let m4 = CortexM4Pipeline().exceptionCosts
        #expect(m4 == ExceptionCosts(entry: 12, exit: 10, tailChain: 6, floatFrame: 17))
        let m7 = CortexM7Pipeline().exceptionCosts
        #expect(m7 == ExceptionCosts(entry: 12, exit: 10, tailChain: 6, floatFrame: 9))
    }

    @Test("should charge divides of a Cortex-M4 by how much longer the dividend is")
    func dividesOnM4() {
        let m4 = CortexM4Pipeline()
        func cycles(_ a: Int64, _ b: Int64, isSigned: Bool = false) -> UInt32 {
            m4.divideCycles(
                dividend: UInt32(truncatingIfNeeded: a), divisor: UInt32(truncatingIfNeeded: b),
                isSigned: isSigned)
        }
        #expect(cycles(0, 9) == 2)
        #expect(cycles(7, 0) == 2)
        #expect(cycles(5, 9) == 3)
        #expect(cycles(8, 9) == 5)
        #expect(cycles(15, 1) == 5)
        #expect(cycles(16, 1) == 6)
        #expect(cycles(0xFFFF_FFFF, 1) == 12)
        #expect(cycles(-6, 2, isSigned: true) == cycles(6, 2))
        #expect(cycles(-6, 2) > cycles(6, 2))
        #expect(cycles(Int64(Int32.min), 1, isSigned: true) == 12)
        let byBits = (0..<32).map { cycles(1 << $0, 1) }
        #expect(byBits == byBits.sorted())
        #expect(Set(byBits) == Set(5...12))
        #expect((2...12).contains(m4.meanDivideCycles))
    }

    @Test("should charge divides of a Cortex-M7 around its mean")
    func dividesOnM7() {
        let m7 = CortexM7Pipeline()
        let byBits = (0..<32).map {
            m7.divideCycles(dividend: 1 << $0, divisor: 1, isSigned: false)
        }
        #expect(byBits == byBits.sorted())
        #expect(byBits.contains(m7.meanDivideCycles))
        #expect(byBits.last == 12)
    }

    @Test("should know what unaligned accesses cost, by address and size")
    func unaligned() {
        func cycles(_ core: PipelineCore, _ bytes: UInt32, isStore: Bool = false) -> [UInt32] {
            let pipeline = Pipelines.make(core: core, memory: MemoryTiming())
            return (0x2000_0000..<0x2000_0004).map {
                pipeline.unalignedCycles(address: $0, bytes: bytes, isStore: isStore)
            }
        }
        #expect(cycles(.cortexM4, 1) == [0, 0, 0, 0])
        #expect(cycles(.cortexM4, 2) == [0, 1, 0, 1])
        #expect(cycles(.cortexM4, 4) == [0, 2, 1, 2])
        #expect(cycles(.cortexM4, 4, isStore: true) == [0, 0, 0, 0])
        #expect(cycles(.cortexM7, 1) == [0, 0, 0, 0])
        #expect(cycles(.cortexM7, 2) == [0, 3, 0, 3])
        #expect(cycles(.cortexM7, 4) == [0, 3, 3, 3])
        #expect(cycles(.cortexM7, 4, isStore: true) == [0, 0, 0, 0])
    }

    @Test("should charge the divide mean that it states", arguments: PipelineCore.allCases)
    func chargesStatedMean(core: PipelineCore) throws {
        let pipeline = Pipelines.make(core: core, memory: MemoryTiming())
        let block = try CodeBlock.blocks(ofAssembly: "udiv r0, r1, r2")[0]
        #expect(pipeline.cost(of: block, after: nil).total == pipeline.meanDivideCycles)
    }

    @Test("should say which model, mode and parameters a figure comes from", arguments: pipelines)
    func statesFidelity(pipeline: any PipelineModel) {
        let fidelity = pipeline.fidelity
        #expect(fidelity.model == pipeline.identifier)
        #expect(fidelity.mode == "fast")
        #expect(fidelity.memory.storeToLoadCycles == 2.8)
        let names = Set(fidelity.classes.map(\.name))
        #expect(names.isSuperset(of: ["integer", "divide", "floating-point", "unaligned data"]))
        for measured in fidelity.classes where measured.basis == .measured {
            #expect(measured.statement.contains(/[0-9]+ published readings/))
        }
    }

    @Test("should drop fractions from whole cycles only")
    func dropsFractions() {
        let cost = BlockCost(cyclesBefore: [0], totalFixedPoint: 3 * 256 + 255, skipSavings: [0])
        #expect(cost.total == 3)
        #expect(BlockCost(cyclesBefore: [0], total: 3, skipSavings: [0]).totalFixedPoint == 768)
    }

    @Test("should ignore board parameters that are no cycles")
    func ignoresNonsense() throws {
        let block = try CodeBlock.blocks(ofAssembly: "ldr r0, [r1]; str r0, [r2]; ldr r3, [r4]")[0]
        let zero = MemoryTiming(storeToLoadCycles: 0)
        let nonsense = MemoryTiming(
            flashFetchMeanCyclesPerBlock: .nan, storeToLoadCycles: -3, firstLoadCycles: -.infinity)
        let expected = CortexM4Pipeline(memory: zero).cost(of: block, after: nil)
        #expect(CortexM4Pipeline(memory: nonsense).cost(of: block, after: nil) == expected)
    }

    @Test("should charge nothing for an empty block", arguments: pipelines)
    func chargesEmptyBlock(pipeline: any PipelineModel) {
        let cost = pipeline.cost(of: CodeBlock(address: 0, instructions: []), after: nil)
        #expect(cost == BlockCost(cyclesBefore: [], total: 0, skipSavings: []))
    }

    @Test("should give ordered, repeatable costs for any bits", arguments: pipelines)
    func keepsOrder(pipeline: any PipelineModel) {
        var generator = SeededGenerator(seed: 0x5EED)
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 2...48, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            let address = UInt32.random(in: 0...0x3000_0000, using: &generator) & ~1
            let instructions = Array(InstructionSequence(bytes: bytes, address: address))
            guard !instructions.isEmpty else { continue }
            let cut = Int.random(in: 0..<instructions.count, using: &generator)
            let head = CodeBlock(address: address, instructions: Array(instructions[..<cut]))
            let tail = CodeBlock(
                address: instructions[cut].address, instructions: Array(instructions[cut...]))
            for (block, predecessor) in [(tail, nil), (tail, head), (tail, tail)] {
                let cost = pipeline.cost(of: block, after: predecessor)
                #expect(cost == pipeline.cost(of: block, after: predecessor))
                #expect(cost.cyclesBefore.count == block.instructions.count)
                #expect(cost.skipSavings.count == block.instructions.count)
                #expect(cost.cyclesBefore == cost.cyclesBefore.sorted())
                #expect(cost.total >= cost.cyclesBefore.last ?? 0)
                #expect(cost.total == cost.totalFixedPoint >> 8)
                if pipeline is CortexM4Pipeline { #expect(cost.total > 0) }
                for (saving, instruction) in zip(cost.skipSavings, block.instructions)
                where !instruction.isInITBlock {
                    #expect(saving == 0)
                }
            }
        }
    }
}
