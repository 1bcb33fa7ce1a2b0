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
        let file = try ImageFile.read(request.imagePath, binaryOrigin: request.binaryOrigin)
        let configuration = try request.configuration(for: file)
        if let path = request.saveFlashPath { try OutputFile.prepare(path) }
        let result: MachineResult
        do {
            result = try execute(configuration)
        } catch {
            throw .machine(reason: "\(error)\(BoardFit.hint(file.image, tried: request.board))")
        }
        if let path = request.saveFlashPath, let flash = result.flash {
            try OutputFile.write(flash, to: path)
        }
        return RunRecord(request: request, file: file, result: result)
    }
}
