// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

/// Assembly whose cycles follow from one rule.
///
/// The code stands at address 0. It is cut into blocks behind every branch and before every target of a direct
/// branch; `path` numbers them. What counts is the last block of the path, entered from the one before.
struct MicroBenchmark: Sendable, CustomTestStringConvertible {
    var code: String
    var path: [Int]
    /// Which way the branch into the last block went first.
    var way: BranchWay?
    var cycles: Double
    /// Where the figure comes from.
    var source: String

    init(
        _ code: String, _ cycles: Double, path: [Int] = [0], way: BranchWay? = nil,
        _ source: String
    ) {
        self.code = code
        self.path = path
        self.way = way
        self.cycles = cycles
        self.source = source
    }

    var testDescription: String {
        let lines = code.split(separator: "\n").map { $0.trimmingPrefix(while: \.isWhitespace) }
        let way = way.map { " \($0) way" } ?? ""
        return "\(lines.joined(separator: "; ")) · \(path)\(way): \(cycles) (\(source))"
    }

    func cost(on pipeline: any PipelineModel) throws -> BlockCost {
        let blocks = try CodeBlock.blocks(ofAssembly: code)
        let last = try #require(path.last)
        try #require(path.allSatisfy { blocks.indices.contains($0) })
        return pipeline.cost(
            of: blocks[last], after: path.count > 1 ? blocks[path[path.count - 2]] : nil, way: way)
    }
}

extension CodeBlock {
    static func blocks(ofAssembly code: String, address: UInt32 = 0) throws -> [CodeBlock] {
        let bytes = try AssembledCode.bytes(of: code)
        let instructions = Array(InstructionSequence(bytes: bytes, address: address))
        let targets = Set(instructions.compactMap(\.branchTarget))
        var blocks: [CodeBlock] = []
        var isOpen = false
        for instruction in instructions {
            if !isOpen || targets.contains(instruction.address) {
                blocks.append(CodeBlock(address: instruction.address, instructions: []))
            }
            blocks[blocks.count - 1].instructions.append(instruction)
            isOpen = !instruction.endsTestBlock
        }
        return blocks
    }
}

extension Instruction {
    fileprivate var endsTestBlock: Bool {
        switch instructionClass {
        case .branch, .branchLink, .branchRegister, .tableBranch: true
        default: writes.contains(.pc)
        }
    }
}

extension BlockCost {
    var exactCycles: Double { Double(totalFixedPoint) / 256 }
}
