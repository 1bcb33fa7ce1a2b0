// SPDX-License-Identifier: GPL-2.0-or-later

/// How far one figure of a run may go.
package struct Budget: Sendable, Equatable {
    package var metric: Metric
    /// Beyond it the scenario passes with a warning.
    package var warn: Limit?
    /// Beyond it the scenario fails.
    package var fail: Limit?
    /// Of its key in the scenario file, from 1.
    package var line: Int

    package init(metric: Metric, warn: Limit?, fail: Limit?, line: Int) {
        self.metric = metric
        self.warn = warn
        self.fail = fail
        self.line = line
    }

    /// Whether one of its limits is measured from the baseline.
    package var needsBaseline: Bool { warn?.isRelative == true || fail?.isRelative == true }
}
