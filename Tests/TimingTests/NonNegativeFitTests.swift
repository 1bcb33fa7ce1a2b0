// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import Timing

@Suite("Fit of a board's parameters")
struct NonNegativeFitTests {
    private func fit(
        _ rows: [([Double], Double)], fallback: [Double]? = nil,
        weight: (Double) -> Double = { _ in 1 }
    ) -> [NonNegativeFit.Verdict] {
        let count = rows.first?.0.count ?? fallback?.count ?? 0
        return NonNegativeFit(
            rows.map {
                NonNegativeFit.Reading(sensitivities: $0.0, target: $0.1, weight: weight($0.1))
            }, count: count, fallback: fallback ?? Array(repeating: 0, count: count)
        ).verdicts
    }

    private func value(_ verdict: NonNegativeFit.Verdict) -> Double? {
        if case .determined(let value, _) = verdict { value } else { nil }
    }

    @Test("should recover parameters from readings without noise, whatever their weights")
    func exact() throws {
        let truth = [0.25, 2.8, 0.45]
        let sensitivities: [[Double]] = [
            [10, 0, 1], [3, 7, 0], [1, 1, 1], [0, 5, 9], [20, 2, 4],
        ]
        let rows = sensitivities.map { row in
            (row, zip(row, truth).reduce(0) { $0 + $1.0 * $1.1 })
        }
        for verdicts in [fit(rows), fit(rows) { 1 / $0 }] {
            for (verdict, expected) in zip(verdicts, truth) {
                #expect(abs(try #require(value(verdict)) - expected) < 1e-9)
            }
        }
    }

    @Test("should hold a parameter at zero that would become negative, and fit the others to that")
    func bound() throws {
        // Without the bound: 3 and -1. With it: the mean of 3 and 1.
        let verdicts = fit([([1, 0], 3), ([1, 2], 1)])
        #expect(verdicts[0] == .determined(value: 2, standardError: nil))
        #expect(verdicts[1] == .determined(value: 0, standardError: nil))
    }

    @Test("should say which parameters no reading depends on, and which cannot be told apart")
    func undetermined() throws {
        let verdicts = fit([([1, 0, 2], 5), ([2, 0, 4], 10), ([3, 0, 6], 15)])
        #expect(verdicts[1] == .unseen)
        #expect(verdicts[2] == .inseparable)
        #expect(abs(try #require(value(verdicts[0])) - 5) < 1e-9)
        #expect(fit([], fallback: [1, 2]) == [.unseen, .unseen])
    }

    @Test("should leave to a parameter that cannot be told apart what it has")
    func fallback() throws {
        let verdicts = fit([([1, 2], 5), ([2, 4], 10)], fallback: [0, 1])
        #expect(abs(try #require(value(verdicts[0])) - 3) < 1e-9)
        #expect(verdicts[1] == .inseparable)
    }

    @Test("should give the standard error of a mean")
    func standardError() throws {
        // Mean 2, deviations -1, 0, 1: s² = 1, standard error √(1/3).
        guard case .determined(let mean, let error) = fit([([1], 1), ([1], 2), ([1], 3)])[0] else {
            Issue.record("not determined")
            return
        }
        #expect(abs(mean - 2) < 1e-12)
        #expect(abs(try #require(error) - (1.0 / 3).squareRoot()) < 1e-12)
    }
}
