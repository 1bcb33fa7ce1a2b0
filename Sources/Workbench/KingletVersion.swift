// SPDX-License-Identifier: GPL-2.0-or-later

/// The version of Kinglet that records and `kinglet --version` name.
package enum KingletVersion {
    package static let current = "0.1.0"
}
