// SPDX-License-Identifier: GPL-2.0-or-later

/// When and by whom a register is accessed.
struct AccessContext: Equatable {
    /// Core cycles without sleep: what CYCCNT counts.
    var activeCycles: UInt64
    /// Core cycles with sleep: what SysTick counts.
    var elapsedCycles: UInt64
    /// Instructions executed before this one.
    var instructions: UInt64
    /// IPSR: the exception whose handler runs, 0 in thread mode.
    var activeException: Int

    init(
        activeCycles: UInt64 = 0, elapsedCycles: UInt64 = 0, instructions: UInt64 = 0,
        activeException: Int = 0
    ) {
        self.activeCycles = activeCycles
        self.elapsedCycles = elapsedCycles
        self.instructions = instructions
        self.activeException = activeException
    }
}

/// The system control space at 0xE000E000: a value, without a core behind it.
///
/// What the core must do about a write stands in `effects` afterwards.
struct SystemControl {
    /// Consequences of register writes that the run loop acts on at the next block boundary.
    struct Effects: OptionSet {
        let rawValue: Int
        /// Something became pending, enabled or more urgent.
        static let exceptionsChanged = Effects(rawValue: 1 << 0)
        /// SysTick's next expiry moved.
        static let timerChanged = Effects(rawValue: 1 << 1)
        /// AIRCR.SYSRESETREQ or VECTRESET.
        static let resetRequested = Effects(rawValue: 1 << 2)
        /// CCR traps, CPACR, FPCCR: which blocks need supervision.
        static let supervisionChanged = Effects(rawValue: 1 << 3)
        /// MPU_CTRL.ENABLE was set, which nothing here enforces.
        static let mpuEnabled = Effects(rawValue: 1 << 4)
    }

    static let base: UInt32 = 0xE000_E000
    static let end: UInt32 = 0xE000_F000

    let identity: CoreIdentity
    let isM7: Bool
    let hasFloatingPoint: Bool
    var exceptions: ExceptionController
    var sysTick: SysTick
    var faults = FaultStatus()
    var debug = DebugUnits()
    var effects: Effects = []

    var vtor: UInt32
    var scr: UInt32 = 0
    /// STKALIGN is one at reset (Cortex-M4 TRM 4.1, Cortex-M7 TRM 3.3.4).
    var ccr: UInt32
    var cpacr: UInt32 = 0
    /// ASPEN and LSPEN are one at reset (ARMv7-M ARM B3.2.21).
    var fpccr: UInt32 = 0xC000_0000
    var fpcar: UInt32 = 0
    var fpdscr: UInt32 = 0
    var mpu = MPURegisters()
    /// Registers that only hold what was written (ACTLR, AFSR, TCM and cache control).
    var plain: [UInt32: UInt32] = [:]

    init(board: Board) {
        identity = CoreIdentity(board)
        isM7 = board.core == .cortexM7
        hasFloatingPoint = board.hasFloatingPoint
        exceptions = ExceptionController(
            interruptCount: board.interruptCount, priorityBits: board.priorityBits)
        sysTick = SysTick(referenceDivider: board.sysTickReferenceDivider)
        vtor = board.vectorTable
        ccr = isM7 ? 0x0004_0200 : 0x0000_0200
        if isM7 { plain[0xE000_EF90] = 1 }
    }

    var isFloatingPointEnabled: Bool { hasFloatingPoint && cpacr >> 20 & 0b11 == 0b11 }
    /// CP10 as unprivileged code sees it: 0b11 only.
    var floatingPointAccess: UInt32 { hasFloatingPoint ? cpacr >> 20 & 0b11 : 0 }
    var trapsDivideByZero: Bool { ccr & 1 << 4 != 0 }
    var trapsUnaligned: Bool { ccr & 1 << 3 != 0 }
    var alignsStack: Bool { ccr & 1 << 9 != 0 }
    var isLazyStackingOn: Bool { fpccr & 1 << 30 != 0 }
    var lazyStackingPending: Bool {
        get { fpccr & 1 != 0 }
        set { fpccr = newValue ? fpccr | 1 : fpccr & ~1 }
    }
    /// SCR.SLEEPONEXIT.
    var sleepsOnExit: Bool { scr & 1 << 1 != 0 }
    /// SCR.SEVONPEND.
    var sendsEventOnPend: Bool { scr & 1 << 4 != 0 }

    /// Value of the bytes at `address`, or nil when no register is modelled there.
    mutating func read(_ address: UInt32, size: Int, _ context: AccessContext) -> UInt32? {
        guard let word = readWord(address & ~3, context) else { return nil }
        let shifted = word >> (8 * (address & 3))
        return size >= 4 ? shifted : shifted & (1 << UInt32(8 * size) - 1)
    }

    /// Stores bytes into a register; false when none is modelled there.
    mutating func write(_ address: UInt32, size: Int, value: UInt32, _ context: AccessContext)
        -> Bool
    {
        let shift = 8 * (address & 3)
        let lanes: UInt32 = size >= 4 ? .max : (1 << UInt32(8 * size) - 1)
        return writeWord(address & ~3, value: value << shift, mask: lanes << shift, context)
    }
}

/// The memory protection unit's registers: they read as written, nothing is protected.
struct MPURegisters: Equatable {
    var control: UInt32 = 0
    var region: UInt32 = 0
    var baseAddress: [UInt32] = Array(repeating: 0, count: 8)
    var attributes: [UInt32] = Array(repeating: 0, count: 8)

    func read(_ offset: UInt32) -> UInt32 {
        let selected = Int(region & 7)
        switch offset {
        case 0: return 8 << 8
        case 4: return control
        case 8: return region
        default:
            return offset / 4 % 2 == 1
                ? baseAddress[selected] & ~0x1F | region & 0xF : attributes[selected]
        }
    }

    mutating func write(_ offset: UInt32, _ value: UInt32) {
        switch offset {
        case 0: break
        case 4: control = value & 7
        case 8: region = value & 7
        default:
            if offset / 4 % 2 == 1 {
                // RBAR.VALID selects the region that the REGION field names.
                if value & 0x10 != 0 { region = value & 7 }
                baseAddress[Int(region & 7)] = value
            } else {
                attributes[Int(region & 7)] = value
            }
        }
    }
}
