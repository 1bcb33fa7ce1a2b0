// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// Memory that we allocated, at one of its addresses.
struct MappedMemory {
    var name: String
    var origin: UInt32
    var lengthBytes: UInt32
    var bytes: UnsafeMutablePointer<UInt8>
    var codePages: UnsafeMutablePointer<UInt8>
    /// All origins of the same bytes, this one included.
    var origins: [UInt32]
    var isWritable: Bool
    /// Frees the bytes: the region itself does, its aliases do not.
    var isOwner: Bool

    func contains(_ address: UInt32, _ length: Int) -> Bool {
        let offset = address &- origin
        return offset < lengthBytes && UInt64(offset) + UInt64(length) <= UInt64(lengthBytes)
    }

    func deallocate() {
        guard isOwner else { return }
        kl_unmap_low(bytes, Int(lengthBytes))
        codePages.deallocate()
    }
}

extension Engine {
    /// Maps zeroed memory at the region's origin and at its aliases.
    package func map(_ region: MemoryRegion) throws(EmulationError) {
        let origins = [region.origin] + region.aliases
        for origin in origins {
            try checkPlace(region.name, origin, UInt64(region.lengthBytes))
        }
        guard memories.count + origins.count <= Int(KL_MAX_REGIONS) else {
            throw .tooManyRegions(limit: Int(KL_MAX_REGIONS))
        }
        let length = Int(region.lengthBytes)
        // Comes zeroed.
        guard let raw = kl_map_low(length) else {
            throw .engine(
                operation: "mmap", code: 0, message: "no room for \(length) bytes of \(region.name)"
            )
        }
        let bytes = raw.bindMemory(to: UInt8.self, capacity: length)
        let pages = length / Int(granularityBytes)
        let codePages = UnsafeMutablePointer<UInt8>.allocate(capacity: pages)
        codePages.initialize(repeating: 0, count: pages)
        if region.access != .readExecute, translationCount == 0,
            region.lengthBytes > state.pointee.direct.bytes
        {
            state.pointee.direct.origin = region.origin
            state.pointee.direct.bytes = region.lengthBytes
            state.pointee.direct.memory = bytes
            state.pointee.direct.code_pages = UnsafePointer(codePages)
        }
        let access: uc_prot =
            switch region.access {
            case .readExecute: uc_prot(UC_PROT_READ.rawValue | UC_PROT_EXEC.rawValue)
            case .readWriteExecute: UC_PROT_ALL
            case .readWrite: uc_prot(UC_PROT_READ.rawValue | UC_PROT_WRITE.rawValue)
            }
        for (index, origin) in origins.enumerated() {
            memories.append(
                MappedMemory(
                    name: region.name, origin: origin, lengthBytes: region.lengthBytes,
                    bytes: bytes, codePages: codePages, origins: origins,
                    isWritable: region.access != .readExecute, isOwner: index == 0))
            let slot = Int(fastPath.pointee.region_count)
            withUnsafeMutablePointer(to: &fastPath.pointee.regions) { regions in
                regions.withMemoryRebound(
                    to: kl_region.self, capacity: Int(KL_MAX_REGIONS)
                ) {
                    $0[slot] = kl_region(
                        origin: UInt64(origin), length: UInt64(region.lengthBytes),
                        code_pages: codePages)
                }
            }
            fastPath.pointee.region_count += 1
            try check(
                uc_mem_map_ptr(handle, UInt64(origin), length, access.rawValue, raw),
                "uc_mem_map_ptr")
            if region.access == .readExecute {
                // Mapping alone leaves the memory writable to stores that a hook lets through, and to
                // those that take the fast path behind a load; protecting it makes Unicorn drop them.
                try check(
                    uc_mem_protect(handle, UInt64(origin), length, access.rawValue),
                    "uc_mem_protect")
            }
        }
    }

    func checkPlace(
        _ name: String, _ origin: UInt32, _ length: UInt64
    ) throws(EmulationError) {
        let mask = UInt64(granularityBytes - 1)
        let end = UInt64(origin) + length
        guard length > 0, UInt64(origin) & mask == 0, length & mask == 0, end <= 1 << 32 else {
            throw .misplacedRegion(
                name: name, origin: origin, length: length, granularityBytes: granularityBytes)
        }
        let taken =
            memories.map { ($0.name, UInt64($0.origin), UInt64($0.lengthBytes)) }
            + windows.map { ("peripherals", UInt64($0.origin), $0.lengthBytes) }
        for (other, start, size) in taken where UInt64(origin) < start + size && start < end {
            throw .overlappingRegion(name: name, origin: origin, length: length, other: other)
        }
    }

    func memory(at address: UInt32, length: Int) -> MappedMemory? {
        memories.first { $0.contains(address, length) }
    }

    private func mapped(
        _ address: UInt32, _ length: Int
    ) throws(EmulationError) -> UnsafeMutablePointer<UInt8> {
        guard length >= 0, let memory = memory(at: address, length: length) else {
            throw .unmappedHostAccess(
                address: address, length: length,
                mapped: memories.map { "\($0.name) \(hex($0.origin)) (\($0.lengthBytes) bytes)" })
        }
        return memory.bytes + Int(address - memory.origin)
    }

    /// Whether all these bytes are in one region of mapped memory (peripherals are not).
    package func isMapped(_ address: UInt32, length: Int) -> Bool {
        length >= 0 && memory(at: address, length: length) != nil
    }

    package func bytes(at address: UInt32, count: Int) throws(EmulationError) -> [UInt8] {
        Array(UnsafeBufferPointer(start: try mapped(address, count), count: count))
    }

    package func read8(_ address: UInt32) throws(EmulationError) -> UInt8 {
        try mapped(address, 1).pointee
    }

    package func read16(_ address: UInt32) throws(EmulationError) -> UInt16 {
        UInt16(
            littleEndian: UnsafeRawPointer(try mapped(address, 2))
                .loadUnaligned(as: UInt16.self))
    }

    package func read32(_ address: UInt32) throws(EmulationError) -> UInt32 {
        UInt32(
            littleEndian: UnsafeRawPointer(try mapped(address, 4))
                .loadUnaligned(as: UInt32.self))
    }

    /// Writes as a debugger would: into any mapped memory, flash included. Code there is dropped.
    package func write(_ bytes: [UInt8], at address: UInt32) throws(EmulationError) {
        let target = try mapped(address, bytes.count)
        bytes.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { target.update(from: base, count: source.count) }
        }
        invalidateCode(at: address, length: bytes.count)
    }

    package func write32(_ value: UInt32, at address: UInt32) throws(EmulationError) {
        UnsafeMutableRawPointer(try mapped(address, 4))
            .storeBytes(of: value.littleEndian, as: UInt32.self)
        invalidateCode(at: address, length: 4)
    }

    /// Direct view of mapped memory, for painting and scanning. Writers call `invalidateCode` after it.
    package func withMemory<Result>(
        at address: UInt32, count: Int, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Result
    ) throws(EmulationError) -> Result {
        body(UnsafeMutableBufferPointer(start: try mapped(address, count), count: count))
    }

    /// Drops what is known of code in this range, at all its aliases; call it after writing from outside.
    package func invalidateCode(at address: UInt32, length: Int) {
        guard length > 0, let memory = memory(at: address, length: length),
            kl_has_code(fastPath, UInt64(address), UInt64(length))
        else { return }
        let before = kl_fast_path_enter(fastPath)
        defer { kl_fast_path_enter(before) }
        for origin in memory.origins {
            let start = UInt64(origin) + UInt64(address - memory.origin)
            kl_discard_code(handle, start, start + UInt64(length))
            // Unicorn does not announce every new translation, which is when changes are noticed.
            blocks.numbers(overlapping: start..<start + UInt64(length))
                .filter { !isUnchanged($0) }.forEach(discardBlock)
        }
    }
}
