// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM

extension FirmwareRun {
    /// The simulator.
    package static let simulate: Execute = { configuration in try Machine.run(configuration) }
}
