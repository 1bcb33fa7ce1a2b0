// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import MemoryPlanner
import TensorGraph
import TestSupport
import Testing
import TrainingCompiler

/// The tables of docs/compiler.md, made anew. With KINGLET_PRINT_TABLES set they are printed, to be
/// pasted there.
@Suite("Figures in docs/compiler.md")
struct DocumentedFiguresTests {
    private func document() throws -> String {
        try Repository.text("docs/compiler.md")
    }

    private func check(_ lines: [String]) throws {
        if ProcessInfo.processInfo.environment["KINGLET_PRINT_TABLES"] != nil {
            for line in lines { print(line) }
        }
        let documented = Set(try document().split(separator: "\n").map(String.init))
        for line in lines { #expect(documented.contains(line), "\(line)") }
    }

    private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

    private func grouped(_ value: Int) -> String {
        let digits = Array(String(value))
        return digits.enumerated().reduce("") { text, item in
            let rest = digits.count - item.offset
            return text + (item.offset > 0 && rest % 3 == 0 ? "," : "") + String(item.element)
        }
    }

    private func excess(_ plan: ArenaPlan) -> String {
        String(format: "%.2f", 100 * plan.excess)
    }

    @Test("should be what published schemes need")
    func needs() throws {
        try check(
            SchemeAnalysisTests.rows.map { scheme in
                let (graph, resolved) = try Example.published(scheme.name)
                let plan = try TrainingPlan(graph, scheme: resolved)
                let byRows = try TrainingPlan(
                    graph, scheme: resolved, options: PassOptions(readsInputByRows: true))
                #expect(plan.arena.excess <= 0.02 && byRows.arena.excess <= 0.02)
                return row(
                    [scheme.name]
                        + [
                            plan.arena.arenaBytes, plan.arena.bound.bytes,
                        ].map(grouped) + [excess(plan.arena)]
                        + [
                            plan.state.weightBytes, plan.state.biasBytes,
                            plan.state.residualBytes, plan.totalBytes, byRows.arena.arenaBytes,
                            byRows.totalBytes,
                        ].map(grouped))
            })
    }

    @Test("should be what each pass gains")
    func gains() throws {
        try check(
            SchemeAnalysisTests.rows.map { scheme in
                let (graph, resolved) = try Example.published(scheme.name)
                let choices =
                    [PassOptions()]
                    + PassOptions.Pass.allCases.map { PassOptions().without($0) }
                    + [PassOptions(passes: [])]
                return row(
                    [scheme.name]
                        + (try choices.map { options in
                            let plan = try TrainingPlan(graph, scheme: resolved, options: options)
                            return grouped(plan.totalBytes)
                        }))
            })
    }

    @Test("should be what baselines need", arguments: NetworkShape.all.map(\.name))
    func baselines(network: String) throws {
        let graph = try NetworkShape.named(network).graph()
        let updates: [(String, Scheme.Update)] = [
            ("classifier", .classifier), ("biases of all", .biases(last: nil)),
            ("last 6 layers", .layers(last: 6)), ("full", .full),
        ]
        try check(
            updates.map { name, update in
                let scheme = try Scheme(name: name, update: update).resolve(for: graph)
                let plan = try TrainingPlan(graph, scheme: scheme)
                let none = try TrainingPlan(
                    graph, scheme: scheme, options: PassOptions(passes: []))
                #expect(plan.arena.excess <= 0.02)
                return row(
                    [network, name]
                        + [
                            plan.arena.arenaBytes, plan.state.totalBytes, plan.totalBytes,
                            none.totalBytes,
                        ].map(grouped))
            })
    }
}
