// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import TestSupport
import Testing
import Timing

@Suite("docs/boards.md")
struct BoardDocumentationTests {
    private static func text() throws -> String { try Repository.text("docs/boards.md") }

    /// The blocks between ```yaml and ```.
    private static func examples() throws -> [String] {
        try text().components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    @Test("should show a board that can be read, with wait states that follow the clock")
    func example() throws {
        let yaml = try #require(try Self.examples().first { $0.hasPrefix("schema_version") })
        let board = try Board.parse(yaml: yaml, file: "blackpill.yaml")
        #expect(board.name == "blackpill-f411")
        #expect(board.memoryTiming.flashFetchMeanCyclesPerBlock == 0.03)
        #expect(
            try board.clocked(atHz: 30_000_000).memoryTiming.flashFetchMeanCyclesPerBlock == 0)
        let broken = yaml.replacing("up_to: 90MHz, cycles: 2", with: "up_to: 90MHz, cycles: 0")
        let error = #expect(throws: BoardError.self) {
            try Board.parse(yaml: broken, file: "blackpill.yaml")
        }
        let message = try #require(error).description
        #expect(message.hasPrefix("blackpill.yaml:"))
        #expect(message.hasSuffix("'cycles' is '0'; valid: wait states, 1 to 64"))
    }

    @Test("should show registers that can be read")
    func registers() throws {
        let yaml = try #require(try Self.examples().first { $0.hasPrefix("registers") })
        let board = try Board.parse(yaml: BoardTests.minimal + "\n" + yaml, file: "tiny.yaml")
        #expect(board.registers.map(\.followers.count) == [3, 1])
    }

    @Test("should have what the boards' files say of energy in docs/energy.md")
    func energy() throws {
        let text = try Repository.text("docs/energy.md")
        for board in Board.all {
            for mode in board.energy?.modes ?? [] {
                let current = mode.currents.milliamperes(atHz: board.clockHz).value
                let milliamperes = (current * 100).rounded() / 100
                let row =
                    "| `\(board.name)` | `\(mode.name)` | \(milliamperes) mA at "
                    + "\(Quantity.text(hertz: board.clockHz)) | \(mode.currents.source) |"
                #expect(text.contains(row), "\(row)")
            }
        }
    }

    @Test("should describe every key that the boards' files use, and every board")
    func keys() throws {
        let text = try Self.text()
        var keys: Set<Substring> = []
        for board in Board.all {
            #expect(text.contains("| `\(board.name)` |"))
            let yaml = try Repository.text("Sources/CortexM/Boards/\(board.name).yaml")
            let lines = yaml.split(separator: "\n").filter {
                !$0.drop { $0 == " " }.hasPrefix("#") && !$0.hasPrefix("summary")
            }.map { $0.replacing(#/"[^"]*"/#, with: "") }
            keys.formUnion(lines.flatMap { $0.matches(of: #/([a-z_]+): /#).map(\.output.1) })
            keys.formUnion(lines.compactMap { $0.wholeMatch(of: #/\s*([a-z_]+):/#)?.output.1 })
        }
        #expect(keys.count > 40)
        for key in keys where !text.contains("`\(key)`") {
            Issue.record("'\(key)' is not documented")
        }
    }
}
