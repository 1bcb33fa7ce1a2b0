// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Reports
import Timing
import Workbench

/// What `kinglet calibrate` prints.
enum CalibrationText {
    static func text(_ calibration: Calibration, _ request: CalibrationRequest) -> String {
        let board = request.board
        let head =
            "\(board.name) at \(Figures.frequency(board.clockHz)), "
            + "\(calibration.rows.count) readings of \(request.measured.path)"
        let lines =
            [head, ""] + regions(calibration).lines() + [""]
            + parameters(calibration).lines()
        return lines.joined(separator: "\n") + "\n"
    }

    private static func regions(_ calibration: Calibration) -> TextTable {
        var table = TextTable([.left, .right, .right, .right, .right, .right])
        table.header = ["region", "measured", "before", "error", "after", "error"]
        let severalImages = Set(calibration.rows.map(\.image)).count > 1
        table.rows = calibration.rows.map { row in
            [
                severalImages ? "\(row.image): \(row.region)" : row.region,
                Figures.fixed(row.measured, decimals: 2), Figures.fixed(row.before, decimals: 2),
                error(row.before, row.measured), Figures.fixed(row.after, decimals: 2),
                error(row.after, row.measured),
            ]
        }
        table.rows.append(
            [
                "mean absolute error", "", "", mean(calibration.rows.map { ($0.before, $0) }), "",
                mean(calibration.rows.map { ($0.after, $0) }),
            ])
        return table
    }

    private static func parameters(_ calibration: Calibration) -> TextTable {
        var table = TextTable([.left, .right, .right, .left])
        table.header = ["parameter", "before", "after", "what the readings say"]
        table.rows = calibration.parameters.map { parameter in
            [
                parameter.name.rawValue, Figures.fixed(parameter.before, decimals: 4),
                Figures.fixed(parameter.after, decimals: 4), words(parameter.verdict),
            ]
        }
        return table
    }

    private static func words(_ verdict: NonNegativeFit.Verdict) -> String {
        switch verdict {
        case .determined(_, let error?):
            "fitted, standard error \(Figures.fixed(error, decimals: 4))"
        case .determined(0, nil): "fitted: held at 0, which it would fall below"
        case .determined: "fitted; as many readings as parameters, so without an error"
        case .unseen: "not determined: no reading depends on it"
        case .inseparable: "not determined: no reading tells it from those above; kept"
        }
    }

    private static func error(_ value: Double, _ measured: Double) -> String {
        let percent = (value - measured) * 100 / measured
        return (percent > 0 ? "+" : "") + Figures.fixed(percent, decimals: 2) + " %"
    }

    private static func mean(_ values: [(Double, Calibration.Row)]) -> String {
        let sum = values.reduce(0) { $0 + abs($1.0 - $1.1.measured) / $1.1.measured }
        return Figures.fixed(sum * 100 / Double(max(1, values.count)), decimals: 2) + " %"
    }
}
