// SPDX-License-Identifier: GPL-2.0-or-later

/// Sizes of the tiles that blocks run in; larger ones mean fewer calls and more memory.
package struct TileSizes: Sendable, Hashable {
    /// Output rows a tile of each streamed block, by its first node; 1 where nothing is said.
    package var rows: [Int: Int] = [:]
    /// Expanded channels a tile of each block that gradients pass, by its projection; the smallest
    /// choice where nothing is said, no tiles where it is all of them.
    package var channels: [Int: Int] = [:]

    package init() {}

    /// Rows that are tried, largest first.
    static let rowChoices = [8, 4, 2]

    /// Channels that are tried, largest first: all, and parts of them down to an eighth, in whole
    /// bytes of mask bits.
    static func channelChoices(of channels: Int) -> [Int] {
        [1, 2, 3, 4, 6, 8].map { part in
            part == 1 ? channels : min(channels, ((channels + part - 1) / part + 7) / 8 * 8)
        }
    }
}
