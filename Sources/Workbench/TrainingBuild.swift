// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareEmitter
import Foundation
import Scenarios
import StrictYAML
import TrainingCompiler

/// Builds the firmware of a scenario with a model and a scheme, in a folder that later runs build on.
struct TrainingBuild {
    private let scenario: Scenario
    private let training: Scenario.Training
    private let options: ScenarioRun.Options

    init(_ scenario: Scenario, _ training: Scenario.Training, _ options: ScenarioRun.Options) {
        self.scenario = scenario
        self.training = training
        self.options = options
    }

    /// The image for a board; make leaves alone what did not change.
    func image(board: String) throws(WorkbenchError) -> String {
        try build(plan(), board: board).image(board: board)
    }

    /// The schedule of a step and its memory.
    func plan() throws(WorkbenchError) -> TrainingPlan { try request().plan() }

    /// Image and host twin of a plan.
    ///
    /// - Parameter variables: of the project's Makefile.
    func build(
        _ plan: TrainingPlan, board: String, variables: [String] = []
    ) throws(WorkbenchError) -> ProjectFolder {
        let folder = try FirmwareFolder(options.firmware)
        guard folder.boards.contains(board) else {
            throw .firmware(
                reason: "no firmware for a board '\(board)'; valid: "
                    + folder.boards.joined(separator: ", "))
        }
        let project: FirmwareProject
        do {
            project = try FirmwareProject(plan, boards: [board])
        } catch {
            throw .training(input: training.model.value, reason: "\(error)")
        }
        let written = try ProjectFolder(
            project, firmware: folder, to: "\(options.output)/\(scenario.name)/project")
        let optimise = training.options.optimise.map { ["OPTIMISE=\($0)"] } ?? []
        try written.build(variables: variables + optimise)
        return written
    }

    private func request() throws(WorkbenchError) -> TrainingRequest {
        let networks = NetworkShape.all.map(\.name)
        var request = TrainingRequest(
            model: try input("model", training.model, networks, networks.contains))
        request.scheme = try input("scheme", training.scheme, Scheme.validNames) {
            (try? Scheme.named($0)) != nil
        }
        request.classes = training.classes
        let options = training.options
        request.options = PassOptions(
            gradientBytes: options.gradientBits / 8,
            residualBytes: (options.residualBits ?? 8) / 8,
            readsInputByRows: options.readsInputByRows)
        request.options.accumulates = options.accumulates
        for name in options.without {
            guard let pass = PassOptions.Pass(rawValue: name.value) else {
                let valid = PassOptions.Pass.allCases.map(\.rawValue)
                throw .scenario(
                    scenario.bad(
                        "without", name, valid: valid.joined(separator: ", "), choices: valid))
            }
            request.options.passes.remove(pass)
        }
        return request
    }

    /// A file, or the name of what comes with Kinglet.
    private func input(
        _ key: String, _ value: Located<String>, _ names: [String], _ isName: (String) -> Bool
    ) throws(WorkbenchError) -> String {
        let path = scenario.path(value.value)
        if FileManager.default.fileExists(atPath: path) {
            return try scenario.existing(key, value)
        }
        guard isName(value.value) else {
            throw .scenario(
                scenario.bad(
                    key, value,
                    valid: "an existing file ('\(path)' is missing), or "
                        + names.joined(separator: ", "),
                    choices: names))
        }
        return value.value
    }
}
