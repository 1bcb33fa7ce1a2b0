// SPDX-License-Identifier: GPL-2.0-or-later
import TestSupport
import Testing
import ThumbISA
import Timing

/// An edge knows its predecessor alone; what it assumes of the blocks before must be right in the mean.
@Suite struct CortexM7EdgeTests {
    private static let pool = [
        "adds r0, r0, #1", "eors r1, r0", "add.w r2, r1, r0", "eor.w r3, r2, r1, ror #3",
        "ldr r4, [r6]", "ldr.w r5, [r6, #4]", "str r4, [r7]", "mul r3, r1, r2", "uxtb r2, r3",
        "lsls r1, r1, #1", "mla r3, r4, r5, r3", "ldrb r4, [r7]", "mov.w r8, r9",
        "orr.w r8, r8, r2", "ldrd r10, r11, [r6]", "cmp r1, r2",
    ]
    private static let slotBytes: UInt32 = 512

    /// Loops of two to four blocks of one to `longest` instructions and the branch to the next.
    private static func loops(_ count: Int, longest: Int) throws -> [[CodeBlock]] {
        var generator = SeededGenerator(seed: 0x5EED)
        var text = ""
        var blockCounts: [Int] = []
        for _ in 0..<count {
            let blocks = Int.random(in: 2...4, using: &generator)
            blockCounts.append(blocks)
            text += ".balign \(slotBytes)\n"
            for block in 1...blocks {
                text += "\(block):\n"
                for _ in 0..<Int.random(in: 1...longest, using: &generator) {
                    text += (pool.randomElement(using: &generator) ?? "nop") + "\n"
                }
                text += block == blocks ? "b 1b\n" : "b \(block + 1)f\nnop\n"
            }
            text += "udf #0xab\n"
        }
        let bytes = try Assembler.assemble(text)
        return blockCounts.indices.map { number in
            let start = number * Int(slotBytes)
            let slot = Array(bytes[start..<min(bytes.count, start + Int(slotBytes))])
            return blocks(of: slot, at: UInt32(start), count: blockCounts[number])
        }
    }

    private static func blocks(of bytes: [UInt8], at address: UInt32, count: Int) -> [CodeBlock] {
        var blocks: [CodeBlock] = []
        var next = address
        for _ in 0..<count {
            var block = CodeBlock(address: next, instructions: [])
            let rest = Array(bytes.dropFirst(Int(next - address)))
            for instruction in InstructionSequence(bytes: rest, address: next) {
                block.instructions.append(instruction)
                guard let target = instruction.branchTarget else { continue }
                next = target
                break
            }
            blocks.append(block)
        }
        return blocks
    }

    @Test(
        "should charge loops of several blocks in the mean as if they were issued as a whole",
        arguments: [(8, 0.01, 0.04), (20, 0.005, 0.015)])
    func sums(longest: Int, bias: Double, deviation: Double) throws {
        let pipeline = CortexM7Pipeline()
        let errors = try Self.loops(100, longest: longest).map { blocks in
            let edges = blocks.indices.reduce(0.0) { sum, index in
                let before = blocks[(index + blocks.count - 1) % blocks.count]
                return sum + pipeline.cost(of: blocks[index], after: before).exactCycles
            }
            func cycles(passages: Int) -> Double {
                let trace = Array(repeatElement(blocks.flatMap(\.instructions), count: passages))
                let whole = CodeBlock(
                    address: blocks[0].address, instructions: trace.flatMap(\.self))
                return pipeline.cost(of: whole, after: nil).exactCycles
            }
            let steady = (cycles(passages: 48) - cycles(passages: 16)) / 32
            return edges / steady - 1
        }
        let mean = errors.reduce(0, +) / Double(errors.count)
        let absolute = errors.reduce(0) { $0 + abs($1) } / Double(errors.count)
        #expect(abs(mean) < bias)
        #expect(absolute < deviation, "\(mean) \(absolute)")
    }
}
