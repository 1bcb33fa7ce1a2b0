// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// One site per translation of a block, handed to Unicorn before it makes the next one.
///
/// Translations are never taken back, so a site lives as long as the engine. Past the bound, which
/// only code that rewrites itself without end can reach, translations share one site that knows
/// nothing: slower, same results.
struct SitePool {
    private var chunks: [UnsafeMutablePointer<kl_site>] = []
    private var usedInLast = 0
    /// What the next translation will pass to the hook.
    private(set) var pending: UnsafeMutablePointer<kl_site>

    private static let chunkCapacity = Int(KL_SITES)
    static let mostChunks = 128

    init(state: UnsafeMutablePointer<kl_state>) {
        pending = .allocate(capacity: Self.chunkCapacity * Int(KL_SITE_EDGES))
        prepare(pending, state)
        chunks = [pending]
        usedInLast = 1
    }

    private func prepare(
        _ chunk: UnsafeMutablePointer<kl_site>, _ state: UnsafeMutablePointer<kl_state>
    ) {
        var site = kl_site()
        site.state = state
        site.address = KL_VACANT
        site.previous = KL_VACANT
        chunk.initialize(repeating: site, count: Self.chunkCapacity * Int(KL_SITE_EDGES))
    }

    /// The pending site belongs to the block that was just translated; the next one becomes pending.
    mutating func claim(address: UInt32, state: UnsafeMutablePointer<kl_state>) {
        if usedInLast == Self.chunkCapacity {
            // The last site of the last chunk stays vacant and is shared from now on.
            guard chunks.count < Self.mostChunks else { return }
            let chunk = UnsafeMutablePointer<kl_site>.allocate(
                capacity: Self.chunkCapacity * Int(KL_SITE_EDGES))
            prepare(chunk, state)
            chunks.append(chunk)
            usedInLast = 0
        }
        pending.pointee.address = address
        if let chunk = chunks.last { pending = chunk + usedInLast }
        usedInLast += 1
    }

    /// Forgets what the sites know of edges, which are about to move or to go.
    func forgetEdges() {
        for chunk in chunks {
            for site in 0..<Self.chunkCapacity * Int(KL_SITE_EDGES) {
                chunk[site].previous = KL_VACANT
            }
        }
    }

    var byteCount: Int {
        chunks.count * Self.chunkCapacity * Int(KL_SITE_EDGES) * MemoryLayout<kl_site>.stride
    }

    func deallocate() { chunks.forEach { $0.deallocate() } }
}
