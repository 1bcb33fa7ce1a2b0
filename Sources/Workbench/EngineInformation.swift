// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation

/// What this build of Kinglet emulates with.
package enum EngineInformation {
    /// For example "2.0.1".
    package static var unicornVersion: String { Engine.unicornVersion }
    /// Whether stores beside code in RAM take the short way.
    package static var hasStoreFastPath: Bool { Engine.usesStoreFastPath }
}
