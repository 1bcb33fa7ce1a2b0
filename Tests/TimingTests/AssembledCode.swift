// SPDX-License-Identifier: GPL-2.0-or-later
import TestSupport
import Testing

/// The machine code of all micro-benchmarks, from one run of the assembler.
enum AssembledCode {
    private static let tables: [[MicroBenchmark]] = [
        CortexM4IntegerTests.dataProcessing, CortexM4IntegerTests.conditional,
        CortexM4IntegerTests.straddling, CortexM4MemoryTests.loads, CortexM4MemoryTests.stores,
        CortexM4MemoryTests.addresses, CortexM4BranchTests.edges, CortexM4BranchTests.loops,
        CortexM4FloatTests.table, CortexM7IssueTests.results, CortexM7IssueTests.pairing,
        CortexM7IssueTests.memory, CortexM7BranchTests.edges, CortexM7BranchTests.loops,
        CortexM7BranchTests.fetch, CortexM7FloatTests.table,
    ]

    private static let slotBytes = 64
    /// Behind each code, to find its end: `udf #0xab`.
    private static let marker: [UInt8] = [0xAB, 0xDE]

    private static let assembled: Result<[String: [UInt8]], any Error> = Result {
        let codes = Array(Set(tables.joined().map(\.code))).sorted()
        let slots = codes.map { ".balign \(slotBytes)\n\(lines($0))\nudf #0xab\n" }
        let bytes = try Assembler.assemble(slots.joined())
        var code: [String: [UInt8]] = [:]
        for (number, text) in codes.enumerated() {
            let slot = bytes.dropFirst(number * slotBytes).prefix(slotBytes)
            let end = stride(from: slot.startIndex, to: slot.endIndex - 1, by: 2).first {
                Array(slot[$0..<$0 + 2]) == marker
            }
            code[text] = Array(slot[..<(try #require(end, "no end of \(text)"))])
        }
        return code
    }

    static func bytes(of code: String) throws -> [UInt8] {
        if let bytes = try assembled.get()[code] { return bytes }
        return try Assembler.assemble(lines(code))
    }

    private static func lines(_ code: String) -> String {
        code.replacing(";", with: "\n")
    }
}
