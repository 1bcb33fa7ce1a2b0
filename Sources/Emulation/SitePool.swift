// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// One site per translation of a block, handed to Unicorn before it makes the next one.
///
/// Unicorn takes no single translation back, so a site lives until the engine drops them all. Past the
/// bound, which only a great deal of code, or code that rewrites itself without end, can reach,
/// translations share one site that knows nothing: slower, same results.
struct SitePool {
    private let state: UnsafeMutablePointer<kl_state>
    private var chunks: [UnsafeMutablePointer<kl_site>]
    private var usedInLast = 1
    /// What the next translation will pass to the hook.
    private(set) var pending: UnsafeMutablePointer<kl_site>

    private static let chunkCapacity = 512
    private static let waysPerSite = Int(KL_WAYS)
    private static let mostChunks = Int(KL_MOST_SITES) / chunkCapacity
    /// Reserved for every engine, but memory only as far as it is used; the first place is no site's.
    private static let wayBytes =
        (mostChunks * chunkCapacity + 1) * waysPerSite * MemoryLayout<kl_way>.stride

    /// - Parameter state: gets the ways; its other members are not looked at.
    init(state: UnsafeMutablePointer<kl_state>) throws(EmulationError) {
        guard let memory = kl_map_low(Self.wayBytes) else {
            throw .engine(
                operation: "mmap", code: 0, message: "no room for \(Self.wayBytes) bytes")
        }
        state.pointee.ways = memory.assumingMemoryBound(to: kl_way.self)
        self.state = state
        chunks = []
        pending = .allocate(capacity: Self.chunkCapacity)
        addChunk(pending)
    }

    private mutating func addChunk(_ chunk: UnsafeMutablePointer<kl_site>) {
        let first = state.pointee.ways + (chunks.count * Self.chunkCapacity + 1) * Self.waysPerSite
        for index in 0..<Self.chunkCapacity {
            var site = kl_site()
            site.state = state
            site.ways = first + index * Self.waysPerSite
            site.address = KL_VACANT
            (chunk + index).initialize(to: site)
        }
        for index in 0..<Self.chunkCapacity * Self.waysPerSite {
            first[index].predecessor = KL_VACANT
            first[index].`self` = UInt32(truncatingIfNeeded: UInt(bitPattern: first + index))
        }
        chunks.append(chunk)
    }

    /// The pending site belongs to the block that was just translated; the next one becomes pending.
    mutating func claim(address: UInt32) {
        if usedInLast == Self.chunkCapacity {
            // The last site of the last chunk stays vacant and is shared from now on.
            guard chunks.count < Self.mostChunks else { return }
            addChunk(.allocate(capacity: Self.chunkCapacity))
            usedInLast = 0
        }
        pending.pointee.address = address
        if let chunk = chunks.last { pending = chunk + usedInLast }
        usedInLast += 1
    }

    /// All are taken but the one that is shared from then on.
    var isUsedUp: Bool { chunks.count == Self.mostChunks && usedInLast == Self.chunkCapacity }

    /// All translations are gone. No way of a site may be the one that the running block was entered by.
    mutating func reuse() {
        for chunk in chunks.dropFirst() { chunk.deallocate() }
        pending = chunks[0]
        chunks = []
        usedInLast = 1
        addChunk(pending)
    }

    /// Forgets what the sites know of edges, which are about to move or to go.
    func forgetEdges() {
        let ways = state.pointee.ways + Self.waysPerSite
        for index in 0..<chunks.count * Self.chunkCapacity * Self.waysPerSite {
            ways[index].predecessor = KL_VACANT
        }
    }

    var byteCount: Int {
        chunks.count * Self.chunkCapacity
            * (MemoryLayout<kl_site>.stride + Self.waysPerSite * MemoryLayout<kl_way>.stride)
    }

    func deallocate() {
        chunks.forEach { $0.deallocate() }
        kl_unmap_low(state.pointee.ways, Self.wayBytes)
    }
}
