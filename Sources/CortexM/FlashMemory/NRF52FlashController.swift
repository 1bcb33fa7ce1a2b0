// SPDX-License-Identifier: GPL-2.0-or-later

/// The non-volatile memory controller of the nRF52 series, NVMC (nRF52840 Product Specification,
/// "NVMC — Non-volatile memory controller"; registers as in Nordic's nrf52840.svd).
///
/// The geometry's further memory is UICR: written as flash is, erased by ERASEUICR and ERASEALL.
///
/// Not modelled: how often a word may be written between two erases (n_WRITE), partial erase, the
/// instruction cache's registers, and the access port's protection, which locks UICR as well.
struct NRF52FlashController: FlashController {
    /// CONFIG.WEN: what the controller is enabled for.
    private enum Mode: UInt32 {
        case read = 0
        case write = 1
        case erase = 2
    }
    private enum Register {
        static let ready: UInt32 = 0x400
        static let readyNext: UInt32 = 0x408
        static let config: UInt32 = 0x504
        /// ERASEPAGE is also ERASEPCR1; ERASEPCR0 is the same register once more.
        static let erasePage: UInt32 = 0x508
        static let eraseAll: UInt32 = 0x50C
        static let erasePageAgain: UInt32 = 0x510
        static let eraseUICR: UInt32 = 0x514
    }

    let geometry: FlashGeometry
    private var mode = Mode.read

    init(geometry: FlashGeometry) { self.geometry = geometry }

    mutating func reset() { mode = .read }

    mutating func read(_ offset: UInt32, isBusy: Bool) -> UInt32? {
        switch offset {
        case Register.ready, Register.readyNext: isBusy ? 0 : 1
        case Register.config: mode.rawValue
        case Register.erasePage, Register.eraseAll, Register.erasePageAgain, Register.eraseUICR: 0
        default: nil
        }
    }

    mutating func write(_ offset: UInt32, _ value: UInt32) -> FlashEffect? {
        switch offset {
        case Register.ready, Register.readyNext: return FlashEffect.none
        case Register.config:
            guard let new = Mode(rawValue: value & 3) else {
                mode = .read
                return .ignored(
                    "NVMC.CONFIG was set to 3; writing and erasing at once is not defined")
            }
            mode = new
            return FlashEffect.none
        case Register.erasePage, Register.erasePageAgain:
            guard let page = geometry.sector(at: value), page.range.lowerBound == value else {
                return .ignored(
                    "NVMC.ERASEPAGE was given \(hex(value)), which is the start of no page")
            }
            return erase([page])
        case Register.eraseAll:
            let all = geometry.sectors + [geometry.information].compactMap(\.self)
            return value & 1 == 0 ? FlashEffect.none : erase(all)
        case Register.eraseUICR:
            guard let information = geometry.information else { return nil }
            return value & 1 == 0 ? FlashEffect.none : erase([information])
        default: return nil
        }
    }

    private func erase(_ pages: [FlashGeometry.Sector]) -> FlashEffect {
        guard mode == .erase else {
            return .ignored("an erase was started while NVMC.CONFIG does not enable erasing (Een)")
        }
        // ERASEALL takes twice as long as a page, whatever the size (tERASEALL: 169 ms).
        let time = pages[0].eraseMicroseconds[0] * (pages.count > 1 ? 2 : 1)
        return .erase(pages.map(\.range), microseconds: time)
    }

    mutating func store(_ store: FlashStore) -> FlashEffect {
        guard mode == .write else {
            return .busError("NVMC.CONFIG does not enable writing (Wen)")
        }
        // "Only word-aligned writes are allowed. Byte or half-word-aligned writes will result in a
        // hard fault." A double word of VSTR or STRD is two words on the bus of a Cortex-M4.
        guard store.size >= 4, store.offset % 4 == 0 else {
            return .busError("the NVMC writes only whole words at multiples of 4")
        }
        return .program(
            offset: store.offset, bytes: store.bytes,
            microseconds: geometry.programMicroseconds * UInt64(store.size / 4))
    }
}
