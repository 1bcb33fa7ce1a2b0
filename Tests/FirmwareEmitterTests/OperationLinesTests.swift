// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareEmitter
import Foundation
import Testing
import TrainingCompiler

@Suite("Plans for programs")
struct OperationLinesTests {
    @Test("should say in the plan which lines of model.c do which operation")
    func operationLines() throws {
        struct Plan: Decodable {
            struct Position: Decodable {
                var name: String
                var layers: [String]
                var lines: [Int]?
            }
            var source: String
            var positions: [Position]
        }
        let graph = try Examples.small()
        let training = try TrainingPlan(
            graph, scheme: try Examples.sparse().resolve(for: graph), options: PassOptions())
        let files = try FirmwareProject(training, boards: ["nrf52840"]).files
        let json = try files["plan.json"].orThrow()
        let plan = try JSONDecoder().decode(Plan.self, from: Data(json.utf8))
        let lines = try files[plan.source].orThrow().split(
            separator: "\n", omittingEmptySubsequences: false)
        let isPlain = lines.allSatisfy { $0.allSatisfy { $0.isASCII } }
        #expect(isPlain)
        var owners = [Int](repeating: 0, count: lines.count + 1)
        for position in plan.positions {
            guard let range = position.lines else { continue }
            for line in range[0]...range[1] { owners[line] += 1 }
            let text = lines[range[0] - 1..<range[1]].joined()
            if position.name.contains("conv2d") { #expect(text.contains("kl_conv_s8(")) }
            if position.name.hasPrefix("b(") { #expect(text.contains("kl_update_biases(")) }
            if position.name.hasPrefix("record") { #expect(text.contains("kl_clamp_mask_s8(")) }
        }
        // Each kernel's call is some operation's, and no line is two's.
        for (index, line) in lines.enumerated() where line.hasPrefix("    kl_") {
            let isMarker = line.contains("kl_phase_") || line.contains("kl_gradient ")
            #expect(owners[index + 1] == 1 || isMarker, "\(line)")
        }
        #expect(owners.allSatisfy { $0 < 2 })
        let loss = try plan.positions.first { $0.name.contains("loss") }.orThrow()
        #expect(loss.layers.isEmpty && loss.lines != nil)
        #expect(plan.positions.filter { !$0.layers.isEmpty }.count > plan.positions.count / 2)
    }
}
