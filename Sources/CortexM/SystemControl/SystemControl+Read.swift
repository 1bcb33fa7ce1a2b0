// SPDX-License-Identifier: GPL-2.0-or-later

extension SystemControl {
    /// A register as a word (ARMv7-M ARM tables B3-3 to B3-9).
    mutating func readWord(_ address: UInt32, _ context: AccessContext) -> UInt32? {
        switch address {
        case 0xE000_E100...0xE000_E4EF: return readInterruptRegister(address)
        case 0xE000_E010: return sysTick.readControl()
        case 0xE000_E014: return sysTick.reload
        case 0xE000_E018: return sysTick.value(at: context.elapsedCycles)
        case 0xE000_E01C: return sysTick.calibration
        case 0xE000_E004: return UInt32((exceptions.interruptCount + 31) / 32 - 1)
        case 0xE000_ED00: return identity.cpuid
        case 0xE000_ED04: return interruptControlState(context)
        case 0xE000_ED08: return vtor
        case 0xE000_ED0C: return 0xFA05_0000 | exceptions.priorityGrouping << 8
        case 0xE000_ED10: return scr
        case 0xE000_ED14: return ccr
        case 0xE000_ED18, 0xE000_ED1C, 0xE000_ED20:
            return priorityWord(first: 4 + Int(address - 0xE000_ED18))
        case 0xE000_ED24: return systemHandlerState
        case 0xE000_ED28: return faults.cfsr
        case 0xE000_ED2C: return faults.hfsr
        case 0xE000_ED30: return faults.dfsr
        case 0xE000_ED34: return faults.mmfar
        case 0xE000_ED38: return faults.bfar
        case 0xE000_ED78: return identity.clidr
        case 0xE000_ED7C: return identity.ctr
        case 0xE000_ED40...0xE000_ED77:
            return identity.features[Int(address - 0xE000_ED40) / 4]
        case 0xE000_ED80 where isM7:
            return plain[0xE000_ED84, default: 0] & 1 == 0
                ? identity.ccsidrData : identity.ccsidrInstruction
        case 0xE000_ED88: return cpacr
        case 0xE000_ED90...0xE000_EDBB: return mpu.read(address - 0xE000_ED90)
        case 0xE000_EDF0: return debug.dhcsr
        case 0xE000_EDFC: return debug.demcr
        case 0xE000_EF34 where hasFloatingPoint: return fpccr
        case 0xE000_EF38 where hasFloatingPoint: return fpcar
        case 0xE000_EF3C where hasFloatingPoint: return fpdscr
        case 0xE000_EF40: return identity.floatingPoint.0
        case 0xE000_EF44: return identity.floatingPoint.1
        case 0xE000_EF48: return identity.floatingPoint.2
        case 0xE000_EFD0...0xE000_EFFF:
            return SystemControl.peripheralIdentification(address, part: 0x00C)
        case 0xE000_E008, 0xE000_ED3C, 0xE000_EDF4, 0xE000_EDF8: return plain[address, default: 0]
        case 0xE000_ED84 where isM7: return plain[address, default: 0]
        case 0xE000_EF90...0xE000_EFA8 where isM7: return plain[address, default: 0]
        default: return SystemControl.isWriteOnly(address, isM7: isM7) ? 0 : nil
        }
    }

    /// STIR, and the M7's cache maintenance operations.
    static func isWriteOnly(_ address: UInt32, isM7: Bool) -> Bool {
        address == 0xE000_EF00
            || isM7 && (address == 0xE000_EF50 || (0xE000_EF58...0xE000_EF78).contains(address))
    }

    /// CoreSight component and peripheral identification (Arm, part number given).
    static func peripheralIdentification(_ address: UInt32, part: UInt32) -> UInt32 {
        switch address & 0xFFF {
        case 0xFD0: 0x04
        case 0xFE0: part & 0xFF
        case 0xFE4: 0xB0 | part >> 8 & 0xF
        case 0xFE8: 0x0B
        case 0xFF0: 0x0D
        case 0xFF4: 0xE0
        case 0xFF8: 0x05
        case 0xFFC: 0xB1
        default: 0
        }
    }

    private func interruptControlState(_ context: AccessContext) -> UInt32 {
        var value = UInt32(context.activeException & 0x1FF)
        if exceptions.activeCount <= 1 { value |= 1 << 11 }
        value |= UInt32(exceptions.mostUrgentPending() ?? 0) << 12
        if exceptions.pendingInterruptExists { value |= 1 << 22 }
        if exceptions.isPending(ExceptionNumber.sysTick) { value |= 1 << 26 }
        if exceptions.isPending(ExceptionNumber.pendSV) { value |= 1 << 28 }
        if exceptions.isPending(ExceptionNumber.nmi) { value |= 1 << 31 }
        return value
    }

    func priorityWord(first number: Int) -> UInt32 {
        (0..<4).reduce(0) {
            $0 | UInt32(exceptions.priorityField(number + $1)) << UInt32(8 * $1)
        }
    }

    /// Bits of SHCSR and the exceptions whose state they show.
    static let handlerActiveBits = [
        (0, ExceptionNumber.memManage), (1, ExceptionNumber.busFault),
        (3, ExceptionNumber.usageFault), (7, ExceptionNumber.svCall),
        (8, ExceptionNumber.debugMonitor), (10, ExceptionNumber.pendSV),
        (11, ExceptionNumber.sysTick),
    ]
    static let handlerPendingBits = [
        (12, ExceptionNumber.usageFault), (13, ExceptionNumber.memManage),
        (14, ExceptionNumber.busFault), (15, ExceptionNumber.svCall),
    ]
    static let handlerEnableBits = [
        (16, ExceptionNumber.memManage), (17, ExceptionNumber.busFault),
        (18, ExceptionNumber.usageFault),
    ]

    private var systemHandlerState: UInt32 {
        var value: UInt32 = 0
        for (bit, number) in Self.handlerActiveBits where exceptions.isActive(number) {
            value |= 1 << UInt32(bit)
        }
        for (bit, number) in Self.handlerPendingBits where exceptions.isPending(number) {
            value |= 1 << UInt32(bit)
        }
        for (bit, number) in Self.handlerEnableBits where exceptions.isEnabled(number) {
            value |= 1 << UInt32(bit)
        }
        return value
    }

    private func readInterruptRegister(_ address: UInt32) -> UInt32? {
        if address >= 0xE000_E400 {
            return priorityWord(
                first: ExceptionNumber.firstInterrupt + Int(address - 0xE000_E400))
        }
        let group = Int(address & 0x7F) / 4
        guard group < 16 else { return nil }
        let state: (Int) -> Bool
        switch address & ~0x7F {
        case 0xE000_E100, 0xE000_E180: state = exceptions.isEnabled
        case 0xE000_E200, 0xE000_E280: state = exceptions.isPending
        case 0xE000_E300: state = exceptions.isActive
        default: return nil
        }
        return (0..<32).reduce(0) {
            state(ExceptionNumber.firstInterrupt + group * 32 + $1)
                ? $0 | 1 << UInt32($1) : $0
        }
    }
}
