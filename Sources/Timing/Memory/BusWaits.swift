// SPDX-License-Identifier: GPL-2.0-or-later
package import ThumbISA

/// Loads that wait for their bus to come to their memory, as the fast mode knows them: an edge is charged what its first
/// passage waits, whose addresses follow from registers and memory as they are when it begins.
///
/// The rules are those of the detailed mode (`ms_come_to`), where every address is followed.
package struct BusWaits: Sendable {
    /// The memories that the core's data buses went to last; nil where nothing is known.
    private struct Buses: Sendable {
        var code: Int?
        var system: Int?

        /// Whether one bus serves both.
        static func serve(_ address: UInt32, _ other: UInt32) -> Bool {
            (address < 0x2000_0000) == (other < 0x2000_0000)
        }

        /// The one that serves this address (ARMv7-M ARM table B3-1).
        subscript(address: UInt32) -> Int? {
            get { address < 0x2000_0000 ? code : system }
            set {
                if address < 0x2000_0000 { code = newValue } else { system = newValue }
            }
        }
    }
    private struct Edge: Hashable {
        var predecessor: UInt32?
        var block: UInt32
    }

    private let system: MemorySystem
    /// By a block's address: after the passage that was looked at last.
    private var buses: [UInt32: Buses] = [:]
    /// Cycles by number of the instruction; only of edges that wait.
    private var waits: [Edge: [Int: UInt32]] = [:]

    /// Nil where no load waits.
    package init?(_ system: MemorySystem) {
        guard system.busesWait else { return nil }
        self.system = system
    }

    /// Looks at a passage that is about to begin.
    ///
    /// - Parameters:
    ///   - register: r0 to r14 as they are now.
    ///   - word: memory as it is now; nil outside of memories.
    package mutating func observe(
        _ block: CodeBlock, after predecessor: CodeBlock?, register: (Int) -> UInt32,
        word: (UInt32) -> UInt32?
    ) {
        var buses = predecessor.flatMap { self.buses[$0.address] } ?? Buses()
        var waits: [Int: UInt32] = [:]
        var terms = RegisterTerms(values: (0..<15).map(register))
        var addressBefore: UInt32?
        for (index, instruction) in block.instructions.enumerated() {
            let access = access(of: instruction, terms)
            if let (address, region) = access {
                let previous = index > 0 ? block.instructions[index - 1] : nil
                if instruction.memory?.direction != .store {
                    let pipelines = previous.map(instruction.pipelines(behind:)) ?? false
                    let leavesBus =
                        pipelines && addressBefore.map { !Buses.serve($0, address) } ?? false
                    let cycles =
                        wait(
                            for: region, behind: buses[address],
                            pipelines: pipelines && !leavesBus) + (leavesBus ? 1 : 0)
                    if cycles > 0 { waits[index] = cycles }
                }
                buses[address] = region.memory
            }
            addressBefore = access?.address
            terms.step(instruction, word: word) { system.region(at: $0)?.memory }
        }
        self.buses[block.address] = buses
        let edge = Edge(predecessor: predecessor?.address, block: block.address)
        self.waits[edge] = waits.isEmpty ? nil : waits
    }

    /// The cost of an edge with what its passage waited.
    package func cost(
        _ cost: BlockCost, of block: CodeBlock, after predecessor: CodeBlock?
    ) -> BlockCost {
        let edge = Edge(predecessor: predecessor?.address, block: block.address)
        return waits[edge].map(cost.waiting) ?? cost
    }

    /// Of a load whose bus went to the memory `last` before; in one run with the load right before it when it pipelines and
    /// both go to one memory.
    private func wait(
        for region: MemorySystem.Region, behind last: Int?, pipelines: Bool
    ) -> UInt32 {
        if pipelines, last == region.memory { return 0 }
        let isChange = last.map { $0 != region.memory } ?? false
        return UInt32(max(region.firstLoadCycles, isChange ? system.memoryChangeCycles : 0))
    }

    /// Where a load or store goes; nil for what an IT block may skip, what is outside of all memories, and where the base
    /// is not known. Where only the index is not, it is left out: it hardly ever leads into another memory.
    private func access(
        of instruction: Instruction, _ terms: RegisterTerms
    ) -> (address: UInt32, region: MemorySystem.Region)? {
        guard let access = instruction.memory, !instruction.isSkippable else { return nil }
        var base = access
        base.index = nil
        for form in [access, base] {
            if let address = terms.address(of: instruction, form)?.constant,
                let region = system.region(at: address)
            {
                return (address, region)
            }
        }
        return nil
    }
}

extension BlockCost {
    fileprivate func waiting(_ waits: [Int: UInt32]) -> BlockCost {
        var result = self
        var sum: UInt32 = 0
        for index in cyclesBefore.indices {
            result.cyclesBefore[index] += sum
            sum += waits[index] ?? 0
        }
        result.total += sum
        result.totalFixedPoint += sum << FixedCycles.fractionBits
        return result
    }
}
