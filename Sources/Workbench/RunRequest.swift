// SPDX-License-Identifier: GPL-2.0-or-later
package import CortexM
import FirmwareImage
import Foundation
package import Timing

/// What a user asked to run, before it is checked against the image.
package struct RunRequest: Sendable {
    package var imagePath: String
    /// Load address of a raw binary.
    package var binaryOrigin: UInt32?
    package var board: Board
    /// What reports call the run; nil takes the image's file name.
    package var name: String?
    package var timingMode = TimingMode.fast
    package var arguments = ""
    package var filesDirectory: String?
    package var maxCycles: UInt64?
    /// Host seconds.
    package var timeoutSeconds: Double?
    package var mostResets: UInt64?
    /// Cycle at which the reset pin is pulled once.
    package var resetAtCycle: UInt64?
    /// Flash contents to begin with, and where they go at the end.
    package var loadFlashPath: String?
    package var saveFlashPath: String?
    /// Symbol or `0x` address.
    package var stepSymbol: String?
    /// `FROM..TO` each.
    package var regions: [String] = []
    /// Regions under names of their own.
    package var namedRegions: [RegionRequest] = []
    /// Symbol or `0x` address.
    package var untilSymbol: String?
    package var serial = SerialPlace.console
    package var console: (@Sendable ([UInt8]) -> Void)?
    package var progress: (@Sendable (RunProgress) -> Void)?

    package init(imagePath: String, board: Board) {
        self.imagePath = imagePath
        self.board = board
    }

    /// The name of the run in reports.
    var displayName: String {
        name ?? URL(filePath: imagePath).deletingPathExtension().lastPathComponent
    }

    func configuration(for file: ImageFile) throws(WorkbenchError) -> MachineConfiguration {
        let symbols = SymbolTable(file.image)
        var configuration = MachineConfiguration(board: board, image: file.image)
        configuration.timingMode = timingMode
        configuration.commandLine = arguments
        configuration.filesDirectory = try absoluteFilesDirectory()
        configuration.maxCycles = maxCycles
        configuration.timeoutSeconds = timeoutSeconds
        configuration.mostResets = mostResets ?? MachineConfiguration.usualMostResets
        configuration.resetAtCycle = resetAtCycle
        configuration.initialFlash = try loadFlashPath.map { path throws(WorkbenchError) in
            try FlashFile.read(path, for: board)
        }
        configuration.keepsFlash = saveFlashPath != nil
        configuration.stepSymbol = try checked(stepSymbol, "--step-symbol", symbols)
        configuration.untilSymbol = try checked(untilSymbol, "--until", symbols)
        for text in regions {
            configuration.regions.append(try region(text, symbols))
        }
        for region in namedRegions {
            for place in [region.from, region.to] {
                _ = try checked(place, "--region \(region.name)", symbols)
            }
            configuration.regions.append(region)
        }
        configuration.console = console
        configuration.progress = progress
        return configuration
    }

    private func checked(
        _ place: String?, _ option: String, _ symbols: SymbolTable
    ) throws(WorkbenchError) -> String? {
        guard let place else { return nil }
        do {
            _ = try symbols.address(of: place)
        } catch {
            throw .place(option: option, error)
        }
        return place
    }

    private func region(
        _ text: String, _ symbols: SymbolTable
    ) throws(WorkbenchError) -> RegionRequest {
        let parts = text.split(separator: "..", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw .badRegion(text: text)
        }
        let option = "--region \(text)"
        _ = try checked(parts[0], option, symbols)
        _ = try checked(parts[1], option, symbols)
        return RegionRequest(name: text, from: parts[0], to: parts[1])
    }

    private func absoluteFilesDirectory() throws(WorkbenchError) -> String? {
        guard let filesDirectory else { return nil }
        let url = URL(filePath: filesDirectory).standardizedFileURL.resolvingSymlinksInPath()
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
            throw .filesDirectory(path: filesDirectory, reason: "does not exist")
        }
        guard isDirectory.boolValue else {
            throw .filesDirectory(path: filesDirectory, reason: "is not a folder")
        }
        return url.path
    }
}
