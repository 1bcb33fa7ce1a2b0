// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("Board files with measured parameters")
struct BoardFileEditTests {
    static let values: [(parameter: BoardTiming.FastMeans.Parameter, value: Double)] = [
        (.flashMissesPerBlock, 0.0625), (.storeToLoadCycles, 2.5),
    ]

    private func edit(_ yaml: String) throws -> String {
        try BoardFileEdit.replacing(
            Self.values, in: yaml, file: "b.yaml", comment: "measured, board.csv")
    }

    @Test("should replace values and the comments above them in every board, and nothing else")
    func boards() throws {
        for board in Board.all {
            let old = try Board.file(named: board.name)
            let new = try edit(old)
            var expected = board
            expected.timing.fast.flashMissesPerBlock = 0.0625
            expected.timing.fast.storeToLoadCycles = 2.5
            #expect(try Board.parse(yaml: new, file: "b.yaml") == expected)
            #expect(new.contains("    flash_misses_per_block: 0.0625  # measured, board.csv\n"))
            let fast = try #require(old.firstRange(of: "  fast:\n"))
            #expect(new.hasPrefix(old[..<fast.upperBound]))
        }
    }

    @Test("should add what a file does not say yet")
    func additions() throws {
        let added = try BoardFileEdit.replacing(
            [(.storeToLoadCycles, 2.5), (.firstLoadCycles, 0.5)], in: BoardTests.minimal,
            file: "b.yaml", comment: "measured, board.csv")
        let expected = """

            timing:
              fast:
                first_load_cycles: 0.5  # measured, board.csv
                store_to_load_cycles: 2.5  # measured, board.csv

            """
        #expect(added == BoardTests.minimal + expected)
        let withAccess = BoardTests.minimal + "\ntiming:\n  access: {ram: 2}\n"
        let inserted = try BoardFileEdit.replacing(
            [(.firstLoadCycles, 0.5)], in: withAccess, file: "b.yaml", comment: "c")
        #expect(
            inserted.hasSuffix(
                "timing:\n  fast:\n    first_load_cycles: 0.5  # c\n  access: {ram: 2}\n"))
    }

    @Test("should refuse a file that it cannot change line by line")
    func flow() {
        let yaml =
            BoardTests.minimal
            + "\ntiming: {fast: {first_load_cycles: 1, store_to_load_cycles: 1}}\n"
        let error = #expect(throws: BoardError.self) { try edit(yaml) }
        #expect(error?.description.contains("cannot be changed line by line") == true)
    }
}
