// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import Testing

@Suite("Graph printing")
struct PrintingTests {
    @Test("should print one line a node, with numbers of convolutions, and totals")
    func network() throws {
        let graph = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        let lines = graph.description.split(separator: "\n").map { line in
            // Columns are aligned; their width is not the point here.
            line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        #expect(
            lines == [
                "graph \"small\"",
                "%0 = input : int8[1,9,9,3] s=0.0078125 z=0",
                "%1 = quantize %0 : int8[1,9,9,3] s=0.01 z=5 // requantised",
                "%2 = pad %1 1,1,1,1 : int8[1,11,11,3] s=0.01 z=5 // padded",
                "%3 = conv2d %2 weights[8,3,3,3] per-channel stride 2 relu6 "
                    + ": int8[1,5,5,8] s=0.0235294 z=-128 // #0 stem 5400 MAC",
                "%4 = depthwise %3 weights[1,3,3,8] per-channel stride 1 pad 1,1,1,1 relu "
                    + ": int8[1,5,5,8] s=0.03 z=-128 // #1 depthwise 1800 MAC",
                "%5 = conv2d %4 weights[8,1,1,8] stride 1 "
                    + ": int8[1,5,5,8] s=0.04 z=3 // #2 project 1600 MAC",
                "%6 = add %5 %3 : int8[1,5,5,8] s=0.05 z=-2 // sum",
                "%7 = relu6 %6 : int8[1,5,5,8] s=0.0235294 z=-128 // limited",
                "%8 = relu %7 : int8[1,5,5,8] s=0.025 z=-128 // positive",
                "%9 = maxpool %8 window 2x2 stride 2 pad 0,0,1,1 "
                    + ": int8[1,3,3,8] s=0.025 z=-128 // pooled",
                "%10 = avgpool %9 window 2x2 stride 1 "
                    + ": int8[1,2,2,8] s=0.025 z=-128 // averaged",
                "%11 = mean %10 : int8[1,1,1,8] s=0.02 z=-120 // mean",
                "%12 = reshape %11 : int8[1,8] s=0.02 z=-120 // features",
                "%13 = dense %12 weights[5,8] : int8[1,5] s=0.1 z=10 // classifier logits 40 MAC",
                "%14 = softmax %13 : int8[1,5] s=0.00390625 z=-128 // probabilities",
                "return %14",
                "// 14 operators, 3 convolutions, 8840 MAC, weights 392 B, biases 116 B",
                "// largest activations: padded 363, input 243, requantised 243 B; "
                    + "operands and result of padded 606 B",
            ])
    }

    @Test("should align the notes")
    func alignment() throws {
        let graph = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        let columns = graph.description.split(separator: "\n").filter { $0.hasPrefix("  %") }
            .compactMap { line in line.firstRange(of: "  // ").map { line[..<$0.lowerBound].count }
            }
        #expect(columns.count == 14)
        #expect(Set(columns).count == 1)
    }

    @Test("should shorten the names that a converter joined")
    func longNames() throws {
        var sketch = ModelSketch.everyOperator
        sketch.change("stem") { $0.name = "net/relu;net/conv;net/bias" }
        sketch.change("depthwise") { $0.name = String(repeating: "d", count: 60) }
        let text = try Graph(tflite: sketch.bytes, name: "small").description
        #expect(text.contains("// #0  net/relu  "))
        #expect(text.contains("// #1  \(String(repeating: "d", count: 47))…  "))
    }

    @Test("should count multiply-accumulates, parameters and the largest tensors")
    func totals() throws {
        let graph = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        let totals = graph.totals
        // stem 25 * 8 * 27, depthwise 25 * 8 * 9, project 25 * 8 * 8, dense 5 * 8
        #expect(totals.macs == 5_400 + 1_800 + 1_600 + 40)
        #expect(totals.weightBytes == 216 + 72 + 64 + 40)
        #expect(totals.biasBytes == 4 * (8 + 8 + 8 + 5))
        // PAD holds 9 * 9 * 3 and 11 * 11 * 3 bytes.
        #expect(totals.largestNodeBytes == 606)
        #expect(totals.largestNode == 1)
        #expect(graph.largestActivations(2).map { graph[$0].name } == ["padded", "input"])
    }
}
