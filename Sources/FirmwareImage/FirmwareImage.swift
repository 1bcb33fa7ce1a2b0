// SPDX-License-Identifier: GPL-2.0-or-later

/// A firmware image as its file describes it: what is loaded where, and what the symbols say.
package struct FirmwareImage: Sendable, Equatable {
    package enum Format: String, Sendable {
        case elf, intelHex = "ihex", binary
    }

    package var format: Format
    /// Entry point with the Thumb bit as stored in the file; nil for formats without one.
    package var entry: UInt32?
    /// What the loader copies, in ascending load address (LMA).
    package var segments: [Segment]
    package var sections: [Section]
    package var symbols: [Symbol]
    /// Contents, by name, of the sections whose names begin with `notePrefix`: never loaded, left for Kinglet.
    package var notes: [String: [UInt8]]

    package static let notePrefix = ".kinglet."

    package init(
        format: Format, entry: UInt32? = nil, segments: [Segment], sections: [Section] = [],
        symbols: [Symbol] = [], notes: [String: [UInt8]] = [:]
    ) {
        self.format = format
        self.entry = entry
        self.segments = segments
        self.sections = sections
        self.symbols = symbols
        self.notes = notes
    }
}

/// One loadable range (an ELF `PT_LOAD`, a run of HEX records, a raw file).
package struct Segment: Sendable, Equatable {
    /// Where the bytes stand in flash or RAM when the chip is programmed (LMA).
    package var loadAddress: UInt32
    /// Where the program uses them (VMA); differs from `loadAddress` for `.data`.
    package var virtualAddress: UInt32
    package var bytes: [UInt8]
    /// Bytes in memory at `virtualAddress`; what exceeds `bytes.count` is zero-initialised (`.bss`).
    package var memorySize: UInt32
    package var isWritable: Bool
    package var isExecutable: Bool

    package init(
        loadAddress: UInt32, virtualAddress: UInt32, bytes: [UInt8], memorySize: UInt32,
        isWritable: Bool = false, isExecutable: Bool = true
    ) {
        self.loadAddress = loadAddress
        self.virtualAddress = virtualAddress
        self.bytes = bytes
        self.memorySize = memorySize
        self.isWritable = isWritable
        self.isExecutable = isExecutable
    }
}

package struct Section: Sendable, Equatable {
    package var name: String
    package var address: UInt32
    package var size: UInt32
    /// SHF_ALLOC: occupies memory when the program runs.
    package var isAllocated: Bool
    package var isWritable: Bool
    package var isExecutable: Bool
    /// SHT_NOBITS: takes no space in the file.
    package var isZeroInitialised: Bool

    package init(
        name: String, address: UInt32, size: UInt32, isAllocated: Bool, isWritable: Bool,
        isExecutable: Bool, isZeroInitialised: Bool
    ) {
        self.name = name
        self.address = address
        self.size = size
        self.isAllocated = isAllocated
        self.isWritable = isWritable
        self.isExecutable = isExecutable
        self.isZeroInitialised = isZeroInitialised
    }
}
