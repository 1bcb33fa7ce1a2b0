// SPDX-License-Identifier: GPL-2.0-or-later
package import CortexM
package import Timing

/// A board's parameters after readings of the real one: the core's rules stay as they are.
package struct Calibration: Sendable {
    package struct Row: Sendable, Equatable {
        package var image: String
        package var region: String
        package var measured: Double
        package var before: Double
        package var after: Double
    }
    package struct Parameter: Sendable, Equatable {
        package var name: BoardTiming.FastMeans.Parameter
        package var before: Double
        package var after: Double
        package var verdict: NonNegativeFit.Verdict
    }
    /// In the order of the readings.
    package var rows: [Row]
    package var parameters: [Parameter]
    /// With the parameters' values of `after`.
    package var board: Board

    /// Cycles by which what a parameter counts is made dearer to see what depends on it: so many that whole
    /// cycles and printed decimals round it little, so few that firmware which subtracts readings does
    /// not overflow. Cycles are linear in it.
    private static let displacement = 2.0
    /// Values have four decimals; the model's own unit is 1/256 cycle.
    private static let resolution = 10_000.0

    package init(
        _ request: CalibrationRequest, execute: @escaping FirmwareRun.Execute
    ) throws(WorkbenchError) {
        var runs = try CalibrationRuns(request, execute: execute)
        let before = try runs.cycles(on: request.board)
        let all = BoardTiming.FastMeans.Parameter.allCases
        let old = all.map { request.board.timing.fast[$0] }
        var sensitivities = before.map { _ in [Double](repeating: 0, count: all.count) }
        for (column, parameter) in all.enumerated() {
            // Misses of a flash without wait states at this clock cost nothing.
            let unit = request.board.cycles(per: parameter)
            guard unit > 0 else { continue }
            let step = Self.displacement / Double(unit)
            var moved = request.board
            moved.timing.fast[parameter] += step
            for (row, cycles) in try runs.cycles(on: moved).enumerated() {
                sensitivities[row][column] = (cycles - before[row]) / step
            }
        }
        let measured = request.measured.readings
        let readings = measured.indices.map { row in
            let others = zip(sensitivities[row], old).reduce(before[row]) { $0 - $1.0 * $1.1 }
            // Relative errors: a loop of ten cycles counts as much as one of a million.
            return NonNegativeFit.Reading(
                sensitivities: sensitivities[row], target: measured[row].cycles - others,
                weight: 1 / measured[row].cycles)
        }
        let fit = NonNegativeFit(readings, count: all.count, fallback: old)
        board = request.board
        parameters = []
        for (index, verdict) in fit.verdicts.enumerated() {
            if case .determined(let value, _) = verdict {
                board.timing.fast[all[index]] =
                    min(all[index].most, (value * Self.resolution).rounded() / Self.resolution)
            }
            parameters.append(
                Parameter(
                    name: all[index], before: old[index],
                    after: board.timing.fast[all[index]], verdict: verdict))
        }
        let after = try runs.cycles(on: board)
        rows = measured.indices.map { row in
            Row(
                image: runs.imageName(ofRow: row), region: measured[row].region,
                measured: measured[row].cycles, before: before[row], after: after[row])
        }
    }

    /// The board's file with the parameters that the readings determined, and where they come from.
    package func boardFile(
        _ yaml: String, file: String, measured path: String
    ) throws(WorkbenchError) -> String {
        let values = parameters.compactMap {
            parameter -> (parameter: BoardTiming.FastMeans.Parameter, value: Double)? in
            guard case .determined = parameter.verdict else { return nil }
            return (parameter.name, parameter.after)
        }
        do {
            return try BoardFileEdit.replacing(
                values, in: yaml, file: file, comment: "measured, \(path)")
        } catch {
            throw .calibration(reason: "\(error)")
        }
    }
}
