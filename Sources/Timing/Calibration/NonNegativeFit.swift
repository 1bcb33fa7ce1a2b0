// SPDX-License-Identifier: GPL-2.0-or-later

/// Parameters that are never negative, fitted to readings that are linear in them, by least squares.
///
/// For the few parameters of a board every choice of parameters that are zero is tried: of those whose
/// solution is nowhere negative the best is the minimum (the conditions of Karush, Kuhn and Tucker).
package struct NonNegativeFit: Sendable, Equatable {
    /// One reading: `target` ≈ Σ `sensitivities` × parameters.
    package struct Reading: Sendable, Equatable {
        package var sensitivities: [Double]
        package var target: Double
        /// What its residual is multiplied with before it is squared.
        package var weight: Double
        package init(sensitivities: [Double], target: Double, weight: Double = 1) {
            self.sensitivities = sensitivities
            self.target = target
            self.weight = weight
        }
    }

    /// What the readings say of one parameter.
    package enum Verdict: Sendable, Equatable {
        /// With its standard error; nil when there are no more readings than parameters.
        case determined(value: Double, standardError: Double?)
        /// No reading depends on it.
        case unseen
        /// It acts on all readings as a sum of parameters before it does.
        case inseparable
    }

    package var verdicts: [Verdict]

    /// More would take too long: 2 to this power solutions are tried.
    package static let mostParameters = 12
    /// A parameter whose effect differs less than this, relative to itself, from those before it.
    private static let distinction = 1e-3

    /// - Parameters:
    ///   - count: number of parameters, and of sensitivities in each reading; `mostParameters` at most.
    ///   - fallback: values of those that the readings do not determine.
    package init(_ readings: [Reading], count: Int, fallback: [Double]) {
        let columns = (0..<count).map { column in
            readings.map { $0.sensitivities[column] * $0.weight }
        }
        var basis: [[Double]] = []
        var determined: [Int] = []
        verdicts = Array(repeating: .unseen, count: count)
        for column in columns.indices {
            let length = norm(columns[column])
            guard length > 0 else { continue }
            var rest = columns[column]
            // Twice, for what rounding leaves the first time.
            for vector in basis + basis {
                rest = subtract(vector, times: dot(vector, rest), from: rest)
            }
            guard norm(rest) > Self.distinction * length else {
                verdicts[column] = .inseparable
                continue
            }
            basis.append(rest.map { $0 / norm(rest) })
            determined.append(column)
        }
        guard !determined.isEmpty else { return }
        // What the others explain at their values is no longer to be explained.
        let targets = readings.indices.map { row in
            let others = verdicts.indices.filter { !determined.contains($0) }.reduce(0) {
                $0 + columns[$1][row] * fallback[$1]
            }
            return readings[row].target * readings[row].weight - others
        }
        let free = determined.prefix(Self.mostParameters).map { columns[$0] }
        let best = Self.best(free, targets)
        let spare = readings.count - determined.count
        for (index, column) in determined.prefix(Self.mostParameters).enumerated() {
            let error = best.inverseDiagonal[index].flatMap {
                spare > 0 ? ($0 * best.residual / Double(spare)).squareRoot() : nil
            }
            verdicts[column] = .determined(value: best.values[index], standardError: error)
        }
    }

    private struct Solution {
        var values: [Double]
        /// Sum of squares.
        var residual: Double
        /// Of the inverse of the normal equations' matrix; nil for parameters held at 0.
        var inverseDiagonal: [Double?]
    }

    private static func best(_ columns: [[Double]], _ targets: [Double]) -> Solution {
        var best = Solution(
            values: columns.map { _ in 0 }, residual: dot(targets, targets),
            inverseDiagonal: columns.map { _ in nil })
        for choice in 1..<(1 << columns.count) {
            let chosen = columns.indices.filter { choice >> $0 & 1 == 1 }
            guard let (values, diagonal) = solve(chosen.map { columns[$0] }, targets),
                values.allSatisfy({ $0 >= 0 })
            else { continue }
            let rest = zip(chosen, values).reduce(targets) {
                subtract(columns[$1.0], times: $1.1, from: $0)
            }
            let residual = dot(rest, rest)
            guard residual < best.residual else { continue }
            best.residual = residual
            best.values = columns.map { _ in 0 }
            best.inverseDiagonal = columns.map { _ in nil }
            for (index, column) in chosen.enumerated() {
                best.values[column] = values[index]
                best.inverseDiagonal[column] = diagonal[index]
            }
        }
        return best
    }

    /// The normal equations by Gauss and Jordan with pivots, and their inverse's diagonal.
    private static func solve(
        _ columns: [[Double]], _ targets: [Double]
    ) -> (values: [Double], inverseDiagonal: [Double])? {
        let size = columns.count
        var rows = (0..<size).map { row in
            columns.map { dot($0, columns[row]) } + [dot(columns[row], targets)]
                + (0..<size).map { $0 == row ? 1.0 : 0 }
        }
        for column in 0..<size {
            let pivot = (column..<size).max { abs(rows[$0][column]) < abs(rows[$1][column]) }
            guard let pivot, abs(rows[pivot][column]) > 0 else { return nil }
            rows.swapAt(column, pivot)
            let scale = rows[column][column]
            rows[column] = rows[column].map { $0 / scale }
            for row in 0..<size where row != column {
                rows[row] = subtract(rows[column], times: rows[row][column], from: rows[row])
            }
        }
        return (rows.map { $0[size] }, (0..<size).map { rows[$0][size + 1 + $0] })
    }
}

private func dot(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
}

private func norm(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }

private func subtract(_ vector: [Double], times factor: Double, from: [Double]) -> [Double] {
    zip(from, vector).map { $0 - $1 * factor }
}
