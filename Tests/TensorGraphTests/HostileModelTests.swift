// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TestSupport
import Testing

@Suite("Damaged TFLite models")
struct HostileModelTests {
    /// Imports and uses what was imported, so that a graph that only looks lawful is found.
    private func exercise(_ bytes: [UInt8]) throws(ImportError) {
        let graph = try Graph(tflite: bytes, name: "mutant")
        for node in graph.nodes {
            _ = graph.outputMultipliers(of: node).count + graph.macs(of: node)
            _ = graph.outputRange(of: node)
        }
        _ = graph.totals
    }

    @Test("should give an error or a valid graph for 12,000 mutated models")
    func mutations() {
        let original = ModelSketch.everyOperator.bytes
        var random = SeededGenerator(seed: 7)
        var refused = 0
        var imported = 0
        for _ in 0..<12_000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                Self.mutate(&bytes, &random)
            }
            do throws(ImportError) {
                try exercise(bytes)
                imported += 1
            } catch {
                refused += 1
            }
        }
        // Both must happen often, or the mutations test only one of them.
        #expect(refused > 2_000, "\(refused)")
        #expect(imported > 1_000, "\(imported)")
    }

    static func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard bytes.count > 16 else { return }
        let position = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[position] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 2:
            let word = position & ~3
            let values: [[UInt8]] = [
                [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0, 0, 0, 0],
                [1, 0, 0, 0], [0, 0, 0xC0, 0x7F],
            ]
            for (index, value) in values[Int.random(in: 0..<values.count, using: &random)]
                .enumerated() where word + index < bytes.count
            {
                bytes[word + index] = value
            }
        case 3: bytes[position] = bytes[position] &+ 1
        case 4: bytes[position] = bytes[position] &- 1
        case 5 where Int.random(in: 0..<20, using: &random) == 0: bytes.removeLast(position / 2)
        case 5: bytes.swapAt(position, Int.random(in: 0..<bytes.count, using: &random))
        default:
            let from = Int.random(in: 0..<bytes.count, using: &random) & ~3
            for index in 0..<4
            where from + index < bytes.count && position & ~3 + index < bytes.count {
                bytes[position & ~3 + index] = bytes[from + index]
            }
        }
    }

    @Test("should refuse every truncation")
    func truncations() {
        let original = ModelSketch.everyOperator.bytes
        for length in stride(from: 0, to: original.count - 1, by: 3) {
            #expect(throws: ImportError.self, "\(length)") {
                try exercise(Array(original[..<length]))
            }
        }
    }

    @Test("should not read the same bytes without limit")
    func aliasing() {
        // 8,000 tensors, all of them one table with one long name.
        var sketch = ModelSketch()
        _ = sketch.activation(String(repeating: "n", count: 10_000), [1, 2, 2, 1])
        sketch.tensorRepeats = 8_001
        for index in 0..<8_000 { sketch.add(114, [index], index + 1) }
        let error = #expect(throws: ImportError.self) { try exercise(sketch.bytes) }
        #expect(error.map(String.init(describing:))?.contains("again and again") == true)
    }

    @Test("should refuse models that would need unreasonable memory")
    func hugeActivations() {
        var sketch = ModelSketch()
        let input = sketch.activation("input", [1, 30_000, 30_000, 3])
        let output = sketch.activation("output", [1, 30_000, 30_000, 3])
        sketch.add(114, [input], output)
        let error = #expect(throws: ImportError.self) { try exercise(sketch.bytes) }
        #expect(error.map(String.init(describing:))?.contains("67108864") == true)
    }
}
