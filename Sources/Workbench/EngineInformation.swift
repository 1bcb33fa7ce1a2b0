// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation

/// What this build of Kinglet emulates with.
package enum EngineInformation {
    /// For example "2.0.1".
    package static var unicornVersion: String { Engine.unicornVersion }
    /// How this build was linked: `static library` or `shared library`.
    package static var unicornLinking: String {
        Engine.isUnicornStatic ? "static library" : "shared library"
    }
    /// Whether stores beside code in RAM take the short way.
    package static var hasStoreFastPath: Bool { Engine.usesStoreFastPath }
    /// Whether translated code counts cycles itself in the fast mode, or calls for it at each block.
    package static var accountsInside: Bool { Engine.accountsInside }
}
