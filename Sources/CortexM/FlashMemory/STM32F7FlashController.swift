// SPDX-License-Identifier: GPL-2.0-or-later

/// The flash interface of the STM32F7 (RM0385, "Embedded Flash memory (FLASH)": "Flash memory
/// programming sequences" and "FLASH registers"). Registers, keys and bits were compared with OpenOCD's
/// `stm32f2x.c` and ST's SVD of the STM32F7x6.
///
/// Not modelled: interrupts, option bytes other than the write protection, and read protection.
struct STM32F7FlashController: FlashController {
    private enum Register {
        static let accessControl: UInt32 = 0x00
        static let key: UInt32 = 0x04
        static let optionKey: UInt32 = 0x08
        static let status: UInt32 = 0x0C
        static let control: UInt32 = 0x10
        static let optionControl: UInt32 = 0x14
    }
    private enum Status {
        static let endOfOperation: UInt32 = 1 << 0
        static let writeProtection: UInt32 = 1 << 4
        static let alignment: UInt32 = 1 << 5
        static let parallelism: UInt32 = 1 << 6
        /// ERSERR; PGSERR on the STM32F4.
        static let sequence: UInt32 = 1 << 7
        static let busy: UInt32 = 1 << 16
        static let clearable: UInt32 = 0xF3
    }
    private enum Control {
        static let program: UInt32 = 1 << 0
        static let sectorErase: UInt32 = 1 << 1
        static let massErase: UInt32 = 1 << 2
        static let start: UInt32 = 1 << 16
        static let endInterrupt: UInt32 = 1 << 24
        static let lock: UInt32 = 1 << 31
        /// PG, SER, MER, SNB, PSIZE, EOPIE, ERRIE.
        static let writable: UInt32 = 0x0300_037F
    }
    private enum OptionControl {
        static let lock: UInt32 = 1 << 0
        static let start: UInt32 = 1 << 1
        /// As delivered: no sector is protected (Black Magic Probe's `stm32f4.c`; the SVD has the
        /// STM32F4's value).
        static let delivered: UInt32 = 0xC0FF_AAFD
    }

    /// The registers that are unlocked by two keys in a row.
    private struct Lock: Equatable {
        let keys: [UInt32]
        var isLocked = true
        /// How many keys were right; nil after a wrong one, until the next reset.
        var progress: Int? = 0

        /// False for a wrong key.
        mutating func give(_ key: UInt32) -> Bool {
            guard isLocked, let given = progress, key == keys[given] else {
                isLocked = true
                progress = nil
                return false
            }
            progress = (given + 1) % keys.count
            isLocked = progress != 0
            return true
        }
    }

    let geometry: FlashGeometry
    private var lock = Lock(keys: [0x4567_0123, 0xCDEF_89AB])
    private var optionLock = Lock(keys: [0x0819_2A3B, 0x4C5D_6E7F])
    private var accessControl: UInt32 = 0
    private var control: UInt32 = 0
    private var status: UInt32 = 0
    private var optionControl = OptionControl.delivered
    /// Bits 16 to 23 as they were when the options were last programmed: 0 protects a sector.
    private var protection = OptionControl.delivered
    /// EOP is due at the end of the operation under way.
    private var isEndPending = false
    /// The bytes of an unaligned store that was dealt with as a whole.
    private var rest: Range<UInt32> = 0..<0

    init(geometry: FlashGeometry) { self.geometry = geometry }

    mutating func reset() {
        let (protection, geometry) = (protection, geometry)
        self = STM32F7FlashController(geometry: geometry)
        self.protection = protection
        optionControl = protection
    }

    mutating func read(_ offset: UInt32, isBusy: Bool) -> UInt32? {
        switch offset {
        case Register.accessControl: return accessControl
        case Register.key, Register.optionKey: return 0
        case Register.status:
            if isEndPending, !isBusy {
                isEndPending = false
                // "Set only if the end of operation interrupts are enabled (EOPIE = 1)."
                if control & Control.endInterrupt != 0 { status |= Status.endOfOperation }
            }
            return status | (isBusy ? Status.busy : 0)
        case Register.control: return control | (lock.isLocked ? Control.lock : 0)
        case Register.optionControl:
            return optionControl & ~OptionControl.lock
                | (optionLock.isLocked ? OptionControl.lock : 0)
        default: return nil
        }
    }

    mutating func write(_ offset: UInt32, _ value: UInt32) -> FlashEffect? {
        switch offset {
        case Register.accessControl: accessControl = value
        case Register.key:
            if !lock.give(value) { return wrongKey("FLASH_KEYR", "FLASH_CR") }
        case Register.optionKey:
            if !optionLock.give(value) { return wrongKey("FLASH_OPTKEYR", "FLASH_OPTCR") }
        case Register.status: status &= ~(value & Status.clearable)
        case Register.control: return writeControl(value)
        case Register.optionControl: return writeOptions(value)
        default: return nil
        }
        return FlashEffect.none
    }

    /// "Any wrong sequence will return a bus error and lock up the FLASH_CR register until the next
    /// reset"; so does unlocking it twice.
    private func wrongKey(_ register: String, _ locked: String) -> FlashEffect {
        .busError("\(register) was given a wrong key, which locks \(locked) until the next reset")
    }

    private mutating func writeControl(_ value: UInt32) -> FlashEffect {
        guard !lock.isLocked else {
            return .ignored("FLASH_CR was written while it is locked")
        }
        control = value & Control.writable
        if value & Control.lock != 0 {
            lock.isLocked = true
            lock.progress = 0
        }
        return value & Control.start == 0 ? FlashEffect.none : startErase()
    }

    private mutating func writeOptions(_ value: UInt32) -> FlashEffect {
        guard !optionLock.isLocked else {
            return .ignored("FLASH_OPTCR was written while it is locked")
        }
        optionControl = value & ~(OptionControl.lock | OptionControl.start)
        if value & OptionControl.start != 0 { protection = optionControl }
        if value & OptionControl.lock != 0 {
            optionLock.isLocked = true
            optionLock.progress = 0
        }
        return FlashEffect.none
    }

    private func isProtected(_ sector: Int) -> Bool {
        sector < 8 && protection & 1 << UInt32(16 + sector) == 0
    }

    /// PSIZE: 0 to 3 for 1, 2, 4 and 8 bytes at once.
    private var parallelism: Int { Int(control >> 8 & 3) }

    private mutating func refuse(_ flag: UInt32, _ reason: String) -> FlashEffect {
        status |= flag
        let names = [
            Status.writeProtection: "WRPERR", Status.alignment: "PGAERR",
            Status.parallelism: "PGPERR", Status.sequence: "ERSERR",
        ]
        return .ignored("\(reason) (\(names[flag, default: ""]) in FLASH_SR)")
    }

    private mutating func startErase() -> FlashEffect {
        let number = Int(control >> 3 & 0xF)
        let sectors: [Int]
        switch control & (Control.sectorErase | Control.massErase) {
        case Control.sectorErase where geometry.sectors.indices.contains(number): sectors = [number]
        case Control.massErase: sectors = Array(geometry.sectors.indices)
        default:
            return refuse(
                Status.sequence,
                "an erase was started with FLASH_CR = \(hex(control)), which selects no sector")
        }
        guard !sectors.contains(where: isProtected) else {
            return refuse(Status.writeProtection, "an erase of a write-protected sector")
        }
        guard parallelism < 3 else { return refuse(Status.sequence, Self.noSupply) }
        isEndPending = true
        let chosen = sectors.map { geometry.sectors[$0] }
        return .erase(
            chosen.map(\.range),
            microseconds: chosen.reduce(0) { $0 + $1.eraseMicroseconds[parallelism] })
    }

    private static let noSupply =
        "64 bits in parallel (PSIZE 3) need an external programming voltage, which the board lacks"

    mutating func store(_ store: FlashStore) -> FlashEffect {
        if !rest.isEmpty, store.size == 1, rest.contains(store.offset) {
            rest = store.offset + 1..<rest.upperBound
            return .none
        }
        rest = 0..<0
        // Estimated: the manual calls the ITCM interface one for fetches and reads.
        guard !store.isThroughAlias else {
            return refuse(
                Status.sequence, "the ITCM interface only reads; programming goes through AXIM")
        }
        guard !lock.isLocked else { return refuse(Status.sequence, "FLASH_CR is locked") }
        guard
            control & (Control.program | Control.sectorErase | Control.massErase)
                == Control.program
        else {
            return refuse(Status.sequence, "FLASH_CR does not select programming (PG alone)")
        }
        if !store.isAligned {
            // Within a row the core breaks it up into bytes, which follow.
            guard store.offset % 16 + UInt32(store.size) > 16 else { return .none }
            rest = store.offset..<store.offset + UInt32(store.size)
            return refuse(Status.alignment, "the data crosses a row of 128 bits")
        }
        guard parallelism < 3 else { return refuse(Status.sequence, Self.noSupply) }
        guard store.size == 1 << parallelism else {
            return refuse(
                Status.parallelism,
                "a store of \(store.size) bytes does not fit PSIZE, which selects "
                    + "\(1 << parallelism)")
        }
        guard let sector = geometry.index(at: store.offset), !isProtected(sector) else {
            return refuse(Status.writeProtection, "the sector is write-protected")
        }
        isEndPending = true
        return .program(
            offset: store.offset, bytes: store.bytes, microseconds: geometry.programMicroseconds)
    }
}
