// SPDX-License-Identifier: GPL-2.0-or-later
package import CortexM
package import FirmwareImage

extension Board {
    /// What counts as flash of this board.
    package var flashWindows: [MemoryWindow] { windows { $0 == .flash } }

    /// What counts as SRAM of this board.
    package var sramWindows: [MemoryWindow] { windows { $0 == .sram || $0 == .dtcm } }

    /// What an image occupies on this board.
    package func footprint(of image: FirmwareImage) -> LoadFootprint {
        image.loadFootprint(
            flash: flashWindows, ram: sramWindows,
            other: windows { $0 == .itcm || $0 == .rom })
    }

    private func windows(where include: (Memory.Kind) -> Bool) -> [MemoryWindow] {
        memories.filter { include($0.kind) }.map {
            MemoryWindow(
                name: $0.name, origin: $0.origin, lengthBytes: $0.lengthBytes, aliases: $0.aliases)
        }
    }
}
