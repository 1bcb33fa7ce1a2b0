// SPDX-License-Identifier: GPL-2.0-or-later

extension ELFParser {
    private struct Load {
        let index: Int
        let entryOffset: Int
        var fileOffset: UInt32
        var virtualAddress: UInt32
        var loadAddress: UInt32
        var fileSize: UInt32
        var memorySize: UInt32
        let flags: UInt32

        var name: String { "program header \(index)" }
        var loadEnd: UInt64 { UInt64(loadAddress) + UInt64(fileSize) }
    }

    /// The `PT_LOAD` segments in ascending load address, without empty ones.
    func segments(
        _ header: ELFHeader, sections: [Section]
    ) throws(FirmwareImageError) -> [Segment] {
        var loads: [Load] = []
        var copiedBytes: UInt64 = 0
        var trimmedHeaders = false
        for index in 0..<header.programHeaders.count {
            guard var load = try load(index, header) else { continue }
            copiedBytes += UInt64(load.fileSize)
            guard copiedBytes <= UInt64(file.count) else {
                throw .invalidField(
                    what: "\(load.name) file size", offset: load.entryOffset + 16,
                    found: "\(load.fileSize)",
                    valid: "segments whose file sizes sum up to at most the file's \(file.count)")
            }
            if !trimmedHeaders, load.fileSize > 0, UInt64(load.fileOffset) < ELFHeader.size {
                trimmedHeaders = true
                trimFileHeaders(&load, sections)
            }
            loads.append(load)
        }
        guard loads.contains(where: { $0.fileSize > 0 }) else {
            throw .nothingToLoad(
                what: "none of the \(header.programHeaders.count) program headers is a PT_LOAD "
                    + "segment with bytes in the file")
        }
        loads.sort { ($0.loadAddress, $0.index) < ($1.loadAddress, $1.index) }
        try checkOverlaps(loads)
        return loads.map { load in
            let start = Int(load.fileOffset)
            return Segment(
                loadAddress: load.loadAddress, virtualAddress: load.virtualAddress,
                bytes: Array(file.bytes[start..<start + Int(load.fileSize)]),
                memorySize: load.memorySize, isWritable: load.flags & 2 != 0,
                isExecutable: load.flags & 1 != 0)
        }
    }

    private func load(_ index: Int, _ header: ELFHeader) throws(FirmwareImageError) -> Load? {
        let base = header.programHeaders.entryOffset(index)
        let name = "program header \(index)"
        guard try file.u32(at: base, name) == 1 else { return nil }
        let load = Load(
            index: index, entryOffset: Int(base),
            fileOffset: try file.u32(at: base + 4, name),
            virtualAddress: try file.u32(at: base + 8, name),
            loadAddress: try file.u32(at: base + 12, name),
            fileSize: try file.u32(at: base + 16, name),
            memorySize: try file.u32(at: base + 20, name),
            flags: try file.u32(at: base + 24, name))
        guard load.fileSize > 0 || load.memorySize > 0 else { return nil }
        _ = try file.range(
            at: UInt64(load.fileOffset), length: UInt64(load.fileSize), "\(name) (file contents)")
        guard load.memorySize >= load.fileSize else {
            throw .invalidField(
                what: "\(name) memory size", offset: Int(base) + 20, found: "\(load.memorySize)",
                valid: "at least its file size, \(load.fileSize)")
        }
        try checkEnd(load.virtualAddress, load.memorySize, "\(name) memory size", Int(base) + 20)
        try checkEnd(load.loadAddress, load.fileSize, "\(name) file size", Int(base) + 16)
        return load
    }

    func checkEnd(
        _ address: UInt32, _ size: UInt32, _ what: String, _ offset: Int
    ) throws(FirmwareImageError) {
        guard UInt64(address) + UInt64(size) <= 1 << 32 else {
            throw .invalidField(
                what: what, offset: offset, found: "0x\(hex(size)) at address 0x\(hex(address))",
                valid: "a range that ends at or before 0x100000000, the end of the address space")
        }
    }

    /// Drops the file's own headers from the start of a segment.
    ///
    /// A linker that aligns segments to pages lets the first one begin at file offset 0, so that it
    /// holds the ELF header and padding. No programmer writes those to flash. At most one segment
    /// of a sound file starts there.
    private func trimFileHeaders(_ load: inout Load, _ sections: [Section]) {
        let start = load.virtualAddress
        let end = UInt64(start) + UInt64(load.memorySize)
        let first = sections.lazy
            .filter { $0.isAllocated && $0.size > 0 }
            .filter { $0.address >= start && UInt64($0.address) < end }
            .map(\.address).min()
        guard let first else { return }
        let skip = min(first - start, load.fileSize)
        load.fileOffset += skip
        load.virtualAddress += skip
        load.fileSize -= skip
        load.memorySize -= skip
        // Wraps only for an empty rest, whose load address nobody uses.
        load.loadAddress &+= skip
    }

    private func checkOverlaps(_ loads: [Load]) throws(FirmwareImageError) {
        var previous: Load?
        for load in loads where load.fileSize > 0 {
            if let previous, UInt64(load.loadAddress) < previous.loadEnd {
                throw .overlap(
                    first: "\(previous.name) (byte \(previous.entryOffset))",
                    second: "\(load.name) (byte \(load.entryOffset))", address: load.loadAddress)
            }
            previous = load
        }
    }
}
