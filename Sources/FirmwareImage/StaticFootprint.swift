// SPDX-License-Identifier: GPL-2.0-or-later

/// Sizes as `arm-none-eabi-size` prints them (Berkeley format), bytes.
package struct StaticFootprint: Sendable, Equatable {
    /// Allocated sections that are executable or read-only.
    package var textBytes: UInt64
    /// Other allocated sections with contents in the file.
    package var dataBytes: UInt64
    /// Other allocated sections.
    package var bssBytes: UInt64
    package var totalBytes: UInt64 { textBytes + dataBytes + bssBytes }

    package init(textBytes: UInt64, dataBytes: UInt64, bssBytes: UInt64) {
        self.textBytes = textBytes
        self.dataBytes = dataBytes
        self.bssBytes = bssBytes
    }
}

extension FirmwareImage {
    /// The footprint that `arm-none-eabi-size` prints for this file.
    ///
    /// HEX and raw files have no sections; like the tool (and its `--target=binary`), all of their bytes
    /// count as data.
    package var staticFootprint: StaticFootprint {
        var footprint = StaticFootprint(textBytes: 0, dataBytes: 0, bssBytes: 0)
        guard format == .elf else {
            footprint.dataBytes = segments.reduce(0) { $0 + UInt64($1.bytes.count) }
            return footprint
        }
        for section in sections where section.isAllocated {
            if section.isExecutable || !section.isWritable {
                footprint.textBytes += UInt64(section.size)
            } else if !section.isZeroInitialised {
                footprint.dataBytes += UInt64(section.size)
            } else {
                footprint.bssBytes += UInt64(section.size)
            }
        }
        return footprint
    }
}
