// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA

/// Every instruction class as assembly text with the fields that it must decode to.
@Suite struct InstructionTableTests {
    @Test("should decode operands and effects", arguments: InstructionTable.all)
    func decode(table: InstructionTable) throws {
        let source = table.rows.map(\.assembly).joined(separator: "\n")
        let instructions = try Instruction.assembled(source)
        #expect(instructions.count == table.rows.count)
        for (row, instruction) in zip(table.rows, instructions) {
            #expect(instruction.summary == row.summary, "\(row.assembly)")
        }
    }

    @Test("should have a row of every instruction class")
    func everyClass() throws {
        let rows = InstructionTable.all.flatMap(\.rows)
        let classes = Set(rows.compactMap { $0.summary.split(separator: " ").dropFirst().first })
        // No assembler makes an undefined instruction.
        let missing = InstructionClass.allCases.filter { !classes.contains(Substring($0.rawValue)) }
        #expect(missing == [.undefined])
    }
}

/// Instructions of one kind.
struct InstructionTable: Sendable, CustomTestStringConvertible {
    struct Row: Sendable {
        let assembly: String
        let summary: String
    }

    let name: String
    let rows: [Row]

    init(_ name: String, _ rows: [(String, String)]) {
        self.name = name
        self.rows = rows.map { Row(assembly: $0.0, summary: $0.1) }
    }

    var testDescription: String { name }

    static let all =
        [narrowArithmetic, wideArithmetic, shifts, moves, bitFields, dsp, multiplies]
        + [loads, stores, multiples, exclusives, branches, system, coprocessors]
        + [floatArithmetic, floatMultiplies, floatConversions, floatMoves, floatMemory]
}
