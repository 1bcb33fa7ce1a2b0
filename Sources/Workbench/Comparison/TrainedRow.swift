// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import RunModel
import Scenarios
import TensorGraph
import TrainingCompiler

/// A row with a model and a scheme: builds it for its board or a larger one, runs it there, and its host twin
/// for longer.
struct TrainedRow {
    private let row: Comparison.Row
    private let training: Scenario.Training
    private let run: ScenarioRun
    private let build: TrainingBuild

    /// The twin computes the same bits however it is vectorised (`EXACT` in the project's Makefile).
    private static let variables = ["HOSTCC=cc -march=native"]

    init(_ row: Comparison.Row, _ training: Scenario.Training, _ run: ScenarioRun) {
        self.row = row
        self.training = training
        self.run = run
        build = TrainingBuild(row.scenario, training, run.options)
    }

    /// Sets what was measured; what keeps the row from being whole is thrown, and what was measured before
    /// stays.
    func fill(
        _ result: inout ComparisonRow, _ longRun: Comparison.LongRun?
    ) throws(WorkbenchError) {
        let plan = try build.plan()
        var scenario = try withData(plan, &result)
        if result.data == ComparisonRow.noise, !Comparison.has("eval", in: scenario.arguments) {
            scenario.arguments += " eval=0"
        }
        let (project, board) = try project(plan, &result)
        let finished = try run.run(
            scenario, image: project.image(board: board.name), on: board)
        result.record = finished.record
        let text = String(decoding: finished.console, as: UTF8.self)
        guard finished.record.outcome.exitCode == 0 else {
            result.failure = Self.error(in: text)
            return
        }
        let emulated = TrainingOutput(text)
        guard let longRun, let files = scenario.files, result.data != ComparisonRow.noise else {
            return
        }
        let twin = TwinProgram(path: project.hostTwin, files: scenario.path(files.value))
        result.twin = try Self.twin(
            twin, scenario.arguments, emulated, finished.record.steps.count, longRun)
    }

    /// What the app says before it exits with 1 or 2; nil where it says nothing.
    private static func error(in console: String) -> String? {
        console.split(separator: "\n").last { $0.hasPrefix("error: ") }.map {
            "the firmware says: \($0)"
        }
    }

    private static func twin(
        _ twin: TwinProgram, _ arguments: String, _ emulated: TrainingOutput, _ steps: Int,
        _ longRun: Comparison.LongRun
    ) throws(WorkbenchError) -> TwinRecord {
        let compared = try twin.output(arguments)
        let window =
            (longRun.steps + TwinRecord.mostLosses - 1) / TwinRecord.mostLosses
        let line = longRun.commandLine(row: arguments, window: window)
        let long = try twin.output(line)
        guard let hash = long.weightsHash, let comparedHash = compared.weightsHash,
            let emulatedHash = emulated.weightsHash
        else { throw .twin(arguments: line, reason: "no hash of the trained parameters") }
        return TwinRecord(
            steps: longRun.steps, arguments: line, losses: long.losses, lossWindow: window,
            metrics: long.metrics, weightsHash: hash, comparedSteps: steps,
            comparedHash: comparedHash, emulatedHash: emulatedHash)
    }

    // MARK: - Board

    /// The project built for the row's board, or for the larger one where it does not fit.
    private func project(
        _ plan: TrainingPlan, _ result: inout ComparisonRow
    ) throws(WorkbenchError) -> (ProjectFolder, Board) {
        let board = try run.board(row.scenario)
        result.board = board.name
        let reason: String
        do {
            if UInt64(plan.totalBytes) <= board.sramLimitBytes {
                return (
                    try build.build(plan, board: board.name, variables: Self.variables), board
                )
            }
            reason =
                "arena and trained parameters alone need \(plan.totalBytes) bytes of SRAM, "
                + "\(board.name) has \(board.sramLimitBytes)"
        } catch .doesNotFit(_, let why) {
            reason = why
        }
        result.misfit = MisfitRecord(
            board: board.name, reason: reason, sramLimitBytes: board.sramLimitBytes,
            flashLimitBytes: board.flashLimitBytes)
        guard let fallback = row.fallback else {
            throw .doesNotFit(folder: result.name, reason: reason)
        }
        var scenario = row.scenario
        switch fallback {
        case .board(let name): (scenario.board, scenario.boardFile) = (name, nil)
        case .file(let file): (scenario.board, scenario.boardFile) = (nil, file)
        }
        let larger = try run.board(scenario)
        result.board = larger.name
        return (try build.build(plan, board: larger.name, variables: Self.variables), larger)
    }

    // MARK: - Data

    /// The scenario with a folder of samples: its own, or one with noise.
    private func withData(
        _ plan: TrainingPlan, _ result: inout ComparisonRow
    ) throws(WorkbenchError) -> Scenario {
        var scenario = row.scenario
        if let files = scenario.files {
            let folder = try scenario.existing("files", files, isFolder: true)
            result.epochSteps = Self.epochSteps(folder, scenario.arguments)
            return scenario
        }
        let graph = plan.schedule.graph
        guard let input = graph.inputs.first, let output = graph.outputs.first else {
            return scenario
        }
        let folder = URL(filePath: "\(run.options.output)/\(scenario.name)/noise").absoluteURL.path
        try NoiseSamples(values: graph[input].shape.count, classes: graph[output].shape.count)
            .write(to: folder)
        scenario.files = Located(value: folder, line: 1, column: 1)
        result.data = ComparisonRow.noise
        return scenario
    }

    /// Samples in the folder over those of a step; nil where they cannot be counted.
    private static func epochSteps(_ folder: String, _ arguments: String) -> UInt64? {
        guard
            let file = try? FileHandle(forReadingFrom: URL(filePath: "\(folder)/train-labels.idx")),
            let head = try? file.read(upToCount: 8), head.count == 8
        else { return nil }
        // IDX: two zero bytes, the type of a value, the number of dimensions, then their sizes.
        let samples = head.suffix(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let batch = UInt64(Comparison.number("batch", in: arguments) ?? 1)
        return batch > 0 ? (samples + batch - 1) / batch : nil
    }
}
