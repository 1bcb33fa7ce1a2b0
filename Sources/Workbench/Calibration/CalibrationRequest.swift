// SPDX-License-Identifier: GPL-2.0-or-later
package import CortexM
import Foundation

/// What a user measured on a board, and the runs to compare it with.
package struct CalibrationRequest: Sendable {
    package var imagePaths: [String]
    package var board: Board
    package var measured: MeasuredCycles
    /// `NAME=FROM..TO` each.
    package var regions: [String] = []
    package var arguments = ""
    package var filesDirectory: String?
    package var maxCycles: UInt64?
    /// Host seconds, for each run.
    package var timeoutSeconds: Double?

    package init(imagePaths: [String], board: Board, measured: MeasuredCycles) {
        self.imagePaths = imagePaths
        self.board = board
        self.measured = measured
    }

    /// The images' names as the column `image` gives them.
    func imageNames() throws(WorkbenchError) -> [String] {
        var names: [String] = []
        for path in imagePaths {
            let name = URL(filePath: path).deletingPathExtension().lastPathComponent
            guard !names.contains(name) else {
                throw .calibration(
                    reason: "two images are called '\(name)'; valid: different names")
            }
            names.append(name)
        }
        return names
    }

    /// Names of regions by their `FROM..TO`.
    func regionNames() throws(WorkbenchError) -> [String: String] {
        var names: [String: String] = [:]
        for text in regions {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[1].contains("..") else {
                throw .calibration(
                    reason: "--region '\(text)' is not a region with a name; valid: "
                        + "NAME=FROM..TO, for example fft=fft_begin..fft_end")
            }
            guard names.updateValue(parts[0], forKey: parts[1]) == nil else {
                throw .calibration(reason: "--region \(parts[1]) is given twice; valid: once")
            }
        }
        return names
    }

    func run(_ path: String, on board: Board, regions: [String]) -> RunRequest {
        var request = RunRequest(imagePath: path, board: board)
        request.arguments = arguments
        request.filesDirectory = filesDirectory
        request.maxCycles = maxCycles
        request.timeoutSeconds = timeoutSeconds
        request.regions = regions
        return request
    }
}
