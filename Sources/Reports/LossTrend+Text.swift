// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

extension LossTrend {
    /// "2.3026 -> 0.4713"
    var text: String {
        "\(Figures.fixed(first, decimals: 4)) -> \(Figures.fixed(last, decimals: 4))"
    }
}
