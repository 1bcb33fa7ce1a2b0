// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import RunModel
import Testing
import Timing
import Workbench

@Suite("Profiles of training firmware")
struct ProfiledTrainingTests {
    struct Run: Sendable, CustomTestStringConvertible {
        var scheme: String
        var board: String
        var mode: TimingMode
        var testDescription: String { "\(scheme) on \(board), \(mode)" }
    }
    static let runs = TrainingTests.schemes.flatMap { scheme in
        TrainingTests.boards.flatMap { board in
            [TimingMode.fast, .detailed].map { Run(scheme: scheme, board: board, mode: $0) }
        }
    }

    @Test("should account for every cycle, by function, line, step and phase", arguments: runs)
    func sums(profiled: Run) throws {
        let (scheme, board) = (profiled.scheme, profiled.board)
        var request = RunRequest(
            imagePath: try BuiltFirmware.image(scheme, on: board), board: try Board.named(board))
        request.arguments = "steps=2 eval=1"
        request.timingMode = profiled.mode
        request.filesDirectory = BuiltFirmware.data
        let runs = FirmwareRun(execute: FirmwareRun.simulate)
        let (run, profile) = try runs.profile(of: request)
        #expect(run == (try runs.record(of: request)))
        #expect(run.outcome.exitCode == 0)
        let total = run.total.cycles
        #expect(profile.functions.reduce(0) { $0 + $1.selfCycles } == total)
        #expect(profile.nodes.reduce(0) { $0 + $1.cycles.reduce(0, +) } == total)
        #expect(profile.lines.reduce(profile.cyclesWithoutLine) { $0 + $1.cycles } == total)
        #expect(profile.cyclesWithoutLine < total / 100)
        #expect(profile.steps.map(\.cycles) == run.steps.map(\.cycles))
        for (step, measured) in zip(profile.steps, run.steps) {
            for phase in measured.phases {
                let profiled = step.phases.first { $0.name == phase.name }
                #expect(profiled?.cycles == phase.cycles, "\(phase.name)")
            }
        }
        // Every function by name but for a corner of newlib, and nothing lost its caller.
        let unknown = profile.functions.first { $0.name == "[unknown]" }
        #expect((unknown?.selfCycles ?? 0) < 1_000)
        let main = try #require(profile.functions.first { $0.name == "main" })
        #expect(main.totalCycles > total * 99 / 100)
        #expect(main.calls == 1)
        #expect(profile.warnings == run.warnings)
    }

    @Test(
        "should give every operation of the plan its cycles, and change nothing by that",
        arguments: TrainingTests.schemes, TrainingTests.boards)
    func operations(scheme: String, board: String) throws {
        var request = RunRequest(
            imagePath: try BuiltFirmware.image(scheme, on: board), board: try Board.named(board))
        request.arguments = "steps=3 eval=1"
        request.filesDirectory = BuiltFirmware.data
        let runs = FirmwareRun(execute: FirmwareRun.simulate)
        var detailed = try runs.detailedRecord(of: request)
        let operations = try #require(detailed.operations)
        let functions = try #require(detailed.functions)
        detailed.operations = nil
        detailed.functions = nil
        #expect(detailed == (try runs.record(of: request)))
        let arena = try #require(detailed.arena)
        for phase in ["forward", "backward", "update"] {
            let whole = detailed.steps.flatMap(\.phases).filter { $0.name == phase }
                .reduce(0) { $0 + $1.cycles }
            let parts = operations.filter { $0.phase == phase }.reduce(0) { $0 + $1.cycles }
            // What is outside operations is the way from the marker to the first of them.
            #expect(parts <= whole && whole - parts < 300 * 3, "\(phase): \(parts) of \(whole)")
        }
        // The profile finds the same by another way: the loss is one call of one function.
        let loss = try #require(arena.positions.firstIndex { $0.name.contains("= loss ") })
        let found = operations.filter { $0.position == loss }.reduce(0) { $0 + $1.cycles }
        let function = functions.first { $0.name == "kl_softmax_cross_entropy_s8" }
        let called = try #require(function?.totalCycles)
        #expect(found >= called && found < called + 100 * 3, "\(found), \(called)")
    }
}
