// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
package import RunModel
package import Scenarios
import StrictYAML
import Timing

/// Runs a scenario: finds what it names, builds what it trains, and holds the record against its
/// budgets and its baseline.
package struct ScenarioRun: Sendable {
    /// Where results go and baselines come from.
    package struct Options: Sendable {
        /// Records and built firmware: `OUTPUT/NAME/record.json`, `OUTPUT/NAME/project`.
        package var output = "out/test"
        /// In place of the scenario's own folder.
        package var baselineFolder: String?
        package var updatesBaseline = false
        /// The folder `firmware`, where it is not near the program.
        package var firmware: String?

        package init() {}
    }

    let options: Options
    let execute: FirmwareRun.Execute

    package init(_ options: Options, execute: @escaping FirmwareRun.Execute) {
        self.options = options
        self.execute = execute
    }

    /// Host seconds after which a run ends that has no limit of its own.
    package static let usualSeconds = 600.0

    /// Reads a scenario file.
    package static func scenario(_ file: String) throws(WorkbenchError) -> Scenario {
        let text = String(decoding: try ImageFile.contents(file), as: UTF8.self)
        do {
            return try Scenario.parse(yaml: text, file: file)
        } catch {
            throw .scenario(error)
        }
    }

    /// Runs the scenario; whatever is wrong is in the result.
    package func result(of scenario: Scenario) -> ScenarioResult {
        do {
            let baseline = try BaselineFile(scenario, options)
            let record = try record(of: scenario)
            try OutputFile.write(
                record.encodedJSON(), to: "\(options.output)/\(scenario.name)/record.json")
            let written = try baseline.updated(record, scenario, options)
            var result = ScenarioResult(scenario, record: record, baseline: written.baseline)
            result.notes += written.notes
            return result
        } catch {
            return ScenarioResult(file: scenario.file, name: scenario.name, error: "\(error)")
        }
    }

    /// Runs the scenario's image.
    package func record(of scenario: Scenario) throws(WorkbenchError) -> RunRecord {
        let board = try board(scenario)
        return try run(scenario, image: try image(scenario, board), on: board).record
    }

    /// Runs an image as the scenario says.
    func run(
        _ scenario: Scenario, image: String, on board: Board
    ) throws(WorkbenchError) -> (record: RunRecord, console: [UInt8]) {
        var request = RunRequest(imagePath: image, board: board)
        request.name = scenario.name
        request.arguments = scenario.arguments
        if let files = scenario.files {
            request.filesDirectory = try scenario.existing("files", files, isFolder: true)
        }
        request.maxCycles = scenario.limits.cycles
        request.timeoutSeconds =
            scenario.limits.seconds
            ?? (scenario.limits.cycles == nil ? Self.usualSeconds : nil)
        request.mostResets = scenario.limits.resets
        request.timingMode = (scenario.timing?.value).flatMap(TimingMode.init) ?? .fast
        request.stepSymbol = scenario.stepSymbol?.value
        request.namedRegions = scenario.regions.map {
            RegionRequest(name: $0.name, from: $0.from.value, to: $0.to.value)
        }
        let console = ConsoleText()
        request.console = { console.append($0) }
        do {
            let record = try run(
                request, profiles: scenario.budgets.contains(where: \.metric.needsProfile))
            try OutputFile.write(
                console.bytes, to: "\(options.output)/\(scenario.name)/console.txt")
            return (record, console.bytes)
        } catch {
            throw scenario.placed(error)
        }
    }

    private func run(
        _ request: RunRequest, profiles: Bool
    ) throws(WorkbenchError) -> RunRecord {
        let run = FirmwareRun(execute: execute)
        return try profiles ? run.detailedRecord(of: request) : run.record(of: request)
    }

    /// The board that the scenario names, at its clock.
    func board(_ scenario: Scenario) throws(WorkbenchError) -> Board {
        var board: Board
        do {
            if let file = scenario.boardFile {
                let path = try scenario.existing("board_file", file)
                let text = String(decoding: try ImageFile.contents(path), as: UTF8.self)
                board = try Board.parse(yaml: text, file: path)
            } else if let name = scenario.board {
                let names = Board.all.map(\.name)
                guard let known = Board.all.first(where: { $0.name == name.value }) else {
                    throw WorkbenchError.scenario(
                        scenario.bad(
                            "board", name, valid: names.joined(separator: ", "), choices: names))
                }
                board = known
            } else {
                board = try Board.named(Self.usualBoard)
            }
        } catch let error as WorkbenchError {
            throw error
        } catch {
            throw .machine(reason: "\(error)")
        }
        guard let clock = scenario.clockHz else { return board }
        do {
            board = try board.clocked(atHz: clock.value)
        } catch {
            throw .scenario(
                YAMLError(
                    file: scenario.file, line: clock.line, column: clock.column,
                    .syntax("'clock': \(error)")))
        }
        return board
    }

    /// Of scenarios that name none, as of `kinglet run`.
    package static let usualBoard = "nrf52840"

    private func image(_ scenario: Scenario, _ board: Board) throws(WorkbenchError) -> String {
        switch scenario.subject {
        case .image(let path): try scenario.existing("image", path)
        case .training(let training):
            try TrainingBuild(scenario, training, options).image(board: board.name)
        }
    }
}

/// What the firmware prints, up to a limit.
private final class ConsoleText: Sendable {
    /// Bytes; a firmware that runs wild could fill the disk.
    private static let limit = 1 << 20

    private let lock = NSLock()
    nonisolated(unsafe) private var text: [UInt8] = []

    func append(_ bytes: [UInt8]) {
        lock.withLock { text += bytes.prefix(Self.limit - text.count) }
    }

    var bytes: [UInt8] { lock.withLock { text } }
}
