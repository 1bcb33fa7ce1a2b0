// SPDX-License-Identifier: GPL-2.0-or-later
package import CortexM
import FirmwareImage
package import RunModel

/// Runs one image on one board, and records what was measured.
package struct FirmwareRun: Sendable {
    /// Executes a configuration; tests put something quicker in the machine's place.
    package typealias Execute = @Sendable (MachineConfiguration) throws -> MachineResult

    private let execute: Execute

    package init(execute: @escaping Execute) { self.execute = execute }

    /// Reads the image, runs it to its end, and writes the flash's contents when asked to.
    ///
    /// Throws for what keeps a run from beginning; faults and limits are in the record.
    package func record(of request: RunRequest) throws(WorkbenchError) -> RunRecord {
        let (file, result) = try run(request)
        return RunRecord(request: request, file: file, result: result)
    }

    /// The same with `functions`, and with `operations` where the image has a plan and source lines.
    package func detailedRecord(of request: RunRequest) throws(WorkbenchError) -> RunRecord {
        var (record, profile) = try profile(of: request, operations: true)
        record.functions = profile.functions.map {
            FunctionRecord(
                name: $0.name, selfCycles: $0.selfCycles, totalCycles: $0.totalCycles,
                calls: $0.calls)
        }
        return record
    }

    /// The same, with where the cycles went.
    ///
    /// - Parameter operations: whether the record has them, too.
    package func profile(
        of request: RunRequest, operations: Bool = false
    ) throws(WorkbenchError) -> (run: RunRecord, profile: ProfileRecord) {
        let (file, result) = try run(request, profiles: true, operations: operations)
        let record = RunRecord(request: request, file: file, result: result)
        var warnings: [String] = []
        var lines = LineTable.empty
        do {
            lines = try FirmwareImage.lineTable(of: try ImageFile.contents(request.imagePath))
        } catch {
            warnings.append("source lines are left out: \(error)")
        }
        let profile = ProfileRecord(
            result.profile ?? ProfileMeasurement(), run: record, lines: lines, warnings: warnings)
        return (record, profile)
    }

    private func run(
        _ request: RunRequest, profiles: Bool = false, operations: Bool = false
    ) throws(WorkbenchError) -> (ImageFile, MachineResult) {
        let file = try ImageFile.read(request.imagePath, binaryOrigin: request.binaryOrigin)
        var configuration = try request.configuration(for: file)
        configuration.profiles = profiles
        if operations { configuration.operationStarts = OperationStarts(file).operations }
        if let path = request.saveFlashPath { try OutputFile.prepare(path) }
        let serial = try serialFile(request, &configuration)
        let result: MachineResult
        do {
            result = try execute(configuration)
        } catch {
            throw .machine(reason: "\(error)\(BoardFit.hint(file.image, tried: request.board))")
        }
        try serial?.close()
        if let path = request.saveFlashPath, let flash = result.flash {
            try OutputFile.write(flash, to: path)
        }
        return (file, result)
    }

    private func serialFile(
        _ request: RunRequest, _ configuration: inout MachineConfiguration
    ) throws(WorkbenchError) -> SerialFile? {
        switch request.serial {
        case .console: return nil
        case .nowhere:
            configuration.serial = .nowhere
            return nil
        case .file(let path):
            let file = try SerialFile(path: path)
            configuration.serial = .bytes { file.append($0) }
            return file
        }
    }
}
