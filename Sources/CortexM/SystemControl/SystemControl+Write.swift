// SPDX-License-Identifier: GPL-2.0-or-later

extension SystemControl {
    /// Stores the lanes of `value` that `mask` selects; false when no register is modelled there.
    mutating func writeWord(
        _ address: UInt32, value: UInt32, mask: UInt32, _ context: AccessContext
    ) -> Bool {
        let bits = value & mask
        func merged(_ old: UInt32, writable: UInt32 = .max) -> UInt32 {
            let lanes = mask & writable
            return old & ~lanes | value & lanes
        }
        switch address {
        case 0xE000_E100...0xE000_E4EF: return writeInterruptRegister(address, value, mask)
        case 0xE000_E010...0xE000_E018:
            writeTimer(address, context) { merged($0) }
        case 0xE000_ED04: writeInterruptControl(bits)
        case 0xE000_ED08: vtor = merged(vtor, writable: 0xFFFF_FF80)
        case 0xE000_ED0C: writeApplicationInterruptControl(value, mask)
        case 0xE000_ED10: scr = merged(scr, writable: 0x16)
        case 0xE000_ED14:
            ccr = merged(ccr, writable: isM7 ? 0x7_031B : 0x31B)
            effects.insert(.supervisionChanged)
        case 0xE000_ED18, 0xE000_ED1C, 0xE000_ED20:
            writePriorities(first: 4 + Int(address - 0xE000_ED18), value, mask)
        case 0xE000_ED24: writeSystemHandlerState(value, mask)
        case 0xE000_ED28: faults.cfsr &= ~bits
        case 0xE000_ED2C: faults.hfsr &= ~bits
        case 0xE000_ED30: faults.dfsr &= ~bits
        case 0xE000_ED34: faults.mmfar = merged(faults.mmfar)
        case 0xE000_ED38: faults.bfar = merged(faults.bfar)
        case 0xE000_ED88:
            cpacr = hasFloatingPoint ? merged(cpacr, writable: 0x00F0_0000) : 0
            effects.insert(.supervisionChanged)
        case 0xE000_ED90...0xE000_EDBB:
            let offset = address - 0xE000_ED90
            mpu.write(offset, merged(mpu.read(offset)))
            if mpu.control & 1 != 0 { effects.insert(.mpuEnabled) }
        case 0xE000_EDFC: debug.writeDEMCR(merged(debug.demcr), context)
        case 0xE000_EF00:
            exceptions.setPending(ExceptionNumber.firstInterrupt + Int(bits & 0x1FF), true)
            effects.insert(.exceptionsChanged)
        case 0xE000_EF34 where hasFloatingPoint:
            fpccr = merged(fpccr, writable: 0xC000_0001)
            effects.insert(.supervisionChanged)
        case 0xE000_EF38 where hasFloatingPoint: fpcar = merged(fpcar, writable: ~7)
        case 0xE000_EF3C where hasFloatingPoint: fpdscr = merged(fpdscr, writable: 0x07C0_0000)
        case 0xE000_E008, 0xE000_ED3C, 0xE000_EDF0, 0xE000_EDF4, 0xE000_EDF8:
            plain[address] = merged(plain[address, default: 0])
        case 0xE000_ED84 where isM7, 0xE000_EF90...0xE000_EFA8 where isM7:
            plain[address] = merged(plain[address, default: 0])
        default:
            // Read-only registers ignore writes; what is not modelled is told to the caller.
            return SystemControl.isWriteOnly(address, isM7: isM7)
                || readWord(address, context) != nil
        }
        return true
    }

    /// SysTick's registers. An expiry before the write, in the same block, has happened all the same.
    private mutating func writeTimer(
        _ address: UInt32, _ context: AccessContext, _ merged: (UInt32) -> UInt32
    ) {
        let now = context.elapsedCycles
        if sysTick.advance(to: now) {
            exceptions.setPending(ExceptionNumber.sysTick, true)
            effects.insert(.exceptionsChanged)
        }
        switch address {
        case 0xE000_E010: sysTick.writeControl(merged(sysTick.control), at: now)
        case 0xE000_E014: sysTick.writeReload(merged(sysTick.reload), at: now)
        default: sysTick.writeValue(at: now)
        }
        effects.insert(.timerChanged)
    }

    private mutating func writeInterruptControl(_ bits: UInt32) {
        if bits & 1 << 25 != 0 { exceptions.setPending(ExceptionNumber.sysTick, false) }
        if bits & 1 << 26 != 0 { exceptions.setPending(ExceptionNumber.sysTick, true) }
        if bits & 1 << 27 != 0 { exceptions.setPending(ExceptionNumber.pendSV, false) }
        if bits & 1 << 28 != 0 { exceptions.setPending(ExceptionNumber.pendSV, true) }
        if bits & 1 << 31 != 0 { exceptions.setPending(ExceptionNumber.nmi, true) }
        effects.insert(.exceptionsChanged)
    }

    /// AIRCR: ignored without its key (ARMv7-M ARM B3.2.6).
    private mutating func writeApplicationInterruptControl(_ value: UInt32, _ mask: UInt32) {
        guard mask == .max, value >> 16 == 0x05FA else { return }
        exceptions.priorityGrouping = value >> 8 & 7
        if value & 0b101 != 0 { effects.insert(.resetRequested) }
        effects.insert(.exceptionsChanged)
    }

    private mutating func writePriorities(first: Int, _ value: UInt32, _ mask: UInt32) {
        for lane in 0..<4 where mask >> UInt32(8 * lane) & 0xFF != 0 {
            exceptions.setPriorityField(
                first + lane, UInt8(truncatingIfNeeded: value >> UInt32(8 * lane)))
        }
        effects.insert(.exceptionsChanged)
    }

    private mutating func writeSystemHandlerState(_ value: UInt32, _ mask: UInt32) {
        func each(_ bits: [(Int, Int)], _ body: (Int, Bool) -> Void) {
            for (bit, number) in bits where mask & 1 << UInt32(bit) != 0 {
                body(number, value & 1 << UInt32(bit) != 0)
            }
        }
        var changed = exceptions
        each(Self.handlerActiveBits) { changed.setActive($0, $1) }
        each(Self.handlerPendingBits) { changed.setPending($0, $1) }
        each(Self.handlerEnableBits) { changed.setEnabled($0, $1) }
        exceptions = changed
        effects.insert(.exceptionsChanged)
    }

    private mutating func writeInterruptRegister(
        _ address: UInt32, _ value: UInt32, _ mask: UInt32
    ) -> Bool {
        if address >= 0xE000_E400 {
            writePriorities(
                first: ExceptionNumber.firstInterrupt + Int(address - 0xE000_E400), value, mask)
            return true
        }
        let group = Int(address & 0x7F) / 4
        guard group < 16 else { return false }
        let first = ExceptionNumber.firstInterrupt + group * 32
        for bit in 0..<32 where value & mask & 1 << UInt32(bit) != 0 {
            switch address & ~0x7F {
            case 0xE000_E100: exceptions.setEnabled(first + bit, true)
            case 0xE000_E180: exceptions.setEnabled(first + bit, false)
            case 0xE000_E200: exceptions.setPending(first + bit, true)
            case 0xE000_E280: exceptions.setPending(first + bit, false)
            case 0xE000_E300: break
            default: return false
            }
        }
        effects.insert(.exceptionsChanged)
        return true
    }
}
