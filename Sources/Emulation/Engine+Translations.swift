// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// What Unicorn translated it keeps, also when the code is gone. So that firmware may rewrite its code without
/// end, all translations are dropped, between two blocks, when they have become too many.
extension Engine {
    /// Bytes of Unicorn's translations at which all are dropped: some 45,000 blocks.
    package static let mostTranslationBytes = 24 << 20

    /// Bytes that Unicorn keeps now; 0 where that is not known.
    package var translationBytes: Int { Int(kl_translated_bytes(handle)) }

    /// The block that is translated when the bound is reached, and one more, still find room behind it.
    private static let translationMargin = 1 << 20

    /// Has Unicorn keep translations up to the bound. False: it cannot be told to, and keeps all.
    static func boundTranslations(
        _ handle: OpaquePointer, _ state: UnsafeMutablePointer<kl_state>, _ mostBytes: Int
    ) -> Bool {
        kl_bound_translations(handle, state, UInt64(mostBytes + translationMargin))
    }

    /// After a translation: when there are too many, the next block's entry is slow, to drop them.
    func countTranslation() {
        translationCount += 1
        guard boundsTranslations else { return }
        if sites.isUsedUp || kl_translated_bytes(handle) >= UInt64(translationBound) {
            hasTooManyTranslations = true
            state.pointee.previous |= UInt32(KL_SETTLE)
        }
    }

    /// Unicorn is stopped, and nothing that belongs to a translation is used after this.
    func dropTranslations() throws(EmulationError) {
        // Not by way of a site.
        setCurrentEdge(currentEdge)
        try check(kl_discard_translations(handle), "uc_ctl_flush_tlb")
        kl_reuse_code(state)
        sites.reuse()
        siteWord?.pointee = UnsafeMutableRawPointer(sites.pending)
        blocks.disarmAll()
        hasTooManyTranslations = false
        translationDrops += 1
    }
}
