// SPDX-License-Identifier: GPL-2.0-or-later
package import CortexM
package import FirmwareImage

extension Board {
    /// What counts as flash of this board.
    package var flashWindows: [MemoryWindow] { windows { $0 == .flash } }

    /// What counts as SRAM of this board.
    package var sramWindows: [MemoryWindow] { windows { $0 == .sram || $0 == .dtcm } }

    private func windows(where include: (Memory.Kind) -> Bool) -> [MemoryWindow] {
        memories.filter { include($0.kind) }.map {
            MemoryWindow(
                name: $0.name, origin: $0.origin, lengthBytes: $0.lengthBytes, aliases: $0.aliases)
        }
    }
}
