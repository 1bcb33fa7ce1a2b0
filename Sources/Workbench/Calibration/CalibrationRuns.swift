// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import RunModel
import Suggestions
import Synchronization

/// Runs the images on one board after the other, and finds what each reading is to be compared with.
struct CalibrationRuns {
    private let request: CalibrationRequest
    private let execute: FirmwareRun.Execute
    private let names: [String]
    private let regionNames: [String: String]
    /// Index of the image of each reading, once the first runs are done.
    private var images: [Int] = []

    init(
        _ request: CalibrationRequest, execute: @escaping FirmwareRun.Execute
    ) throws(WorkbenchError) {
        self.request = request
        self.execute = execute
        names = try request.imageNames()
        regionNames = try request.regionNames()
    }

    func imageName(ofRow row: Int) -> String { names[images[row]] }

    /// One figure for each reading.
    mutating func cycles(on board: Board) throws(WorkbenchError) -> [Double] {
        var runs: [ModelledCycles] = []
        var lastMissing: WorkbenchError?
        var seen: Set<String> = []
        for path in request.imagePaths {
            let (regions, missing) = try regions(in: path, board)
            seen.formUnion(regions)
            lastMissing = missing ?? lastMissing
            runs.append(try run(path, board, regions))
        }
        if seen.count < regionNames.count, let lastMissing { throw lastMissing }
        if images.isEmpty { images = try matched(with: runs) }
        return zip(request.measured.readings, images).map { reading, image in
            runs[image].cycles[reading.region] ?? 0
        }
    }

    /// The regions whose symbols this image has, and the error for one that it has not.
    private func regions(
        in path: String, _ board: Board
    ) throws(WorkbenchError) -> ([String], WorkbenchError?) {
        guard !regionNames.isEmpty else { return ([], nil) }
        let file = try ImageFile.read(path)
        var present: [String] = []
        var missing: WorkbenchError?
        for region in regionNames.keys.sorted() {
            do {
                _ = try request.run(path, on: board, regions: [region]).configuration(for: file)
                present.append(region)
            } catch {
                guard case .place = error else { throw error }
                missing = error
            }
        }
        return (present, missing)
    }

    private func run(
        _ path: String, _ board: Board, _ regions: [String]
    ) throws(WorkbenchError) -> ModelledCycles {
        let printed = Printed()
        var request = request.run(path, on: board, regions: regions)
        request.console = { printed.append($0) }
        let record = try FirmwareRun(execute: execute).record(of: request)
        switch record.outcome.reason {
        case .exited, .transmissionEnded, .untilReached, .sleepsForever, .cycleLimit: break
        case .timeout, .resetLimit, .faulted:
            throw .calibration(
                reason: "'\(path)' ended with \(record.outcome.reason.rawValue) on \(board.name); "
                    + "valid: an image that runs to its end ('kinglet run' shows why it does not)")
        }
        return ModelledCycles(record, console: printed.text, names: regionNames)
    }

    /// The image of each reading: the one it names, or the only one that has its region.
    private func matched(with runs: [ModelledCycles]) throws(WorkbenchError) -> [Int] {
        var result: [Int] = []
        for reading in request.measured.readings {
            func refuse(_ detail: String) -> WorkbenchError {
                .measured(path: request.measured.path, line: reading.line, detail: detail)
            }
            var candidates = Array(runs.indices)
            if let name = reading.image {
                guard let index = names.firstIndex(of: name) else {
                    throw refuse(
                        "image '\(name)' is none of those given; valid: "
                            + names.joined(separator: ", "))
                }
                candidates = [index]
            }
            let found = candidates.filter { runs[$0].cycles[reading.region] != nil }
            guard let image = found.first else {
                throw refuse(Self.unknown(reading.region, candidates.map { runs[$0] }))
            }
            guard found.count == 1 else {
                throw refuse(
                    "region '\(reading.region)' is in "
                        + found.map { names[$0] }.joined(separator: " and ")
                        + "; valid: a column 'image' that says which")
            }
            result.append(image)
        }
        return result
    }

    private static let mostListed = 12

    private static func unknown(_ region: String, _ runs: [ModelledCycles]) -> String {
        let valid = Set(runs.flatMap(\.cycles.keys)).sorted()
        let more = valid.count > mostListed ? ", … (\(valid.count) in all)" : ""
        let hint = Suggestion.nearest(to: region, among: valid).map { "; did you mean '\($0)'?" }
        return "no run has a region '\(region)'; valid: "
            + valid.prefix(mostListed).joined(separator: ", ") + more + (hint ?? "")
    }
}

/// The console of one run.
private final class Printed: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
}
