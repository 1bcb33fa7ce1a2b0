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
}
