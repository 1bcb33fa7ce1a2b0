// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Timing

extension Processor {
    private static let basicFrameBytes: UInt32 = 0x20
    private static let floatFrameBytes: UInt32 = 0x68
    private static let fpca: UInt32 = 1 << 2
    private static let spsel: UInt32 = 1 << 1
    /// xPSR bit 9 of a stacked frame: SP was aligned by 4 bytes.
    private static let alignmentMark: UInt32 = 1 << 9

    /// Takes what is pending and urgent enough; true when a handler was entered.
    @discardableResult
    func takePendingException() -> Bool {
        guard let number = system.exceptions.exceptionToTake(masks) else { return false }
        enter(number, returnAddress: engine.pc)
        return true
    }

    /// Stacks the context and enters the handler of `number`, or of whatever became more urgent
    /// while the stacking took its time (late arrival).
    func enter(_ number: Int, returnAddress: UInt32) {
        let masksBefore = masks
        system.exceptions.setPending(number, true)
        let inHandler = activeException != 0
        let control = engine[.control]
        profiler?.suspending(pc: returnAddress)
        let costs = flashPipeline.exceptionCosts
        var cycles = costs.entry
        let pushed = pushFrame(returnAddress: returnAddress, control: control)
        if pushed.wroteFloat { cycles += costs.floatFrame }
        charge(exceptionCycles: cycles)
        let exitCode = ExceptionReturn(
            toHandler: inHandler, usesProcessStack: !inHandler && control & Self.spsel != 0,
            hasFloatFrame: pushed.hasFloat)
        var chosen = number
        if pushed.succeeded {
            advanceTimer()
            chosen = system.exceptions.exceptionToTake(masksBefore) ?? number
        } else {
            system.exceptions.setPending(number, number >= ExceptionNumber.pendSV)
            guard let derived = stackingFault(FaultStatus.CFSR.stkerr, "stacking", masksBefore)
            else { return }
            chosen = derived
        }
        activate(chosen, linkRegister: exitCode.value)
    }

    /// Charges cycles of exception entry or return, which belong to no block.
    private func charge(exceptionCycles cycles: UInt32) {
        if let profiler {
            profiler.charge(exceptionCycles: cycles)
        } else {
            engine.addCycles(UInt64(cycles))
        }
        system.debug.exceptionOverheadCycles += UInt64(cycles)
    }

    /// ARMv7-M ARM B1.5.6, `PushStack()`.
    private func pushFrame(returnAddress: UInt32, control: UInt32) -> (
        succeeded: Bool, hasFloat: Bool, wroteFloat: Bool
    ) {
        let automatic = system.fpccr >> 31 != 0
        let hasFloat = system.hasFloatingPoint && automatic && control & Self.fpca != 0
        let isLazy = hasFloat && system.isLazyStackingOn
        chargeLazyStacking(control)
        let length = hasFloat ? Self.floatFrameBytes : Self.basicFrameBytes
        let stackPointer = engine[.sp]
        let aligns = system.alignsStack || hasFloat
        let frame = (stackPointer &- length) & (aligns ? ~7 : ~3)
        let padding = aligns && stackPointer & 4 != 0 ? Self.alignmentMark : 0
        var words = (0..<4).map { engine.coreRegister($0) }
        words += [
            engine.coreRegister(12), engine.coreRegister(14), returnAddress & ~1,
            engine[.xpsr] & ~Self.alignmentMark | padding,
        ]
        if hasFloat {
            // Written at once even when stacking is lazy: the values cannot change before they
            // would be; only the cycles come later.
            words += (0..<16).map { engine[single: $0] } + [engine[.fpscr], 0]
            system.lazyStackingPending = isLazy
            if isLazy { system.fpcar = frame &+ Self.basicFrameBytes }
        }
        engine[.sp] = frame
        noteStackPointer(frame)
        let succeeded = store(words.flatMap(\.littleEndianBytes), at: frame)
        return (succeeded, hasFloat, hasFloat && !isLazy)
    }

    /// A handler used the FPU while stacking was pending: hardware stacked at its first instruction.
    private func chargeLazyStacking(_ control: UInt32) {
        guard system.lazyStackingPending, control & Self.fpca != 0 else { return }
        system.lazyStackingPending = false
        engine.addCycles(UInt64(flashPipeline.exceptionCosts.floatFrame))
    }

    /// Records that a frame could not be written or read; the exception to enter instead.
    private func stackingFault(_ bit: UInt32, _ verb: String, _ masks: PriorityMasks) -> Int? {
        let pointer = engine[.sp]
        let fault = RaisedFault(
            exception: ExceptionNumber.busFault, cfsr: bit,
            cause: "bus error while \(verb) an exception frame: the stack pointer is "
                + "\(hex(pointer)), which \(placement(of: pointer))")
        note(fault, at: engine.pc)
        switch system.record(fault, masks) {
        case .lockup:
            finishWithFault(ending: "no handler could run: the core locks up")
            return nil
        case .take(let number, let escalated):
            openFault?.handler = number
            openFault?.isEscalated = escalated
            return number
        }
    }

    /// Enters the handler: mode, stack, LR, vector. Nothing is stacked here.
    func activate(_ number: Int, linkRegister: UInt32) {
        guard let vector = word(at: system.vtor &+ 4 &* UInt32(number)) else {
            let masksBefore = masks
            let fault = RaisedFault(
                exception: ExceptionNumber.hardFault, hfsr: FaultStatus.HFSR.vecttbl,
                cause: "the vector of \(ExceptionNumber.name(number)) at "
                    + "\(hex(system.vtor &+ 4 &* UInt32(number))) cannot be read")
            note(fault, at: engine.pc)
            _ = system.record(fault, masksBefore)
            if number == ExceptionNumber.hardFault || number == ExceptionNumber.nmi {
                finishWithFault(ending: "no handler could run: the core locks up")
            } else {
                openFault?.handler = ExceptionNumber.hardFault
                activate(ExceptionNumber.hardFault, linkRegister: linkRegister)
            }
            return
        }
        system.exceptions.setPending(number, false)
        system.exceptions.setActive(number, true)
        if activeException == 0 { engine[.control] = engine[.control] & 1 }
        engine[.ipsr] = UInt32(number)
        // In Handler mode: the new context has not used the FPU yet.
        engine[.control] = engine[.control] & 1
        engine[.xpsr] = engine[.xpsr] & 0xF80F_0000 | 1 << 24 | UInt32(number)
        engine[.lr] = linkRegister
        engine.pc = vector & ~1
        engine.forgetPredecessor()
        profiler?.entered(exception: number)
        hasEvent = true
        if vector & 1 == 0 {
            raise(
                RaisedFault(
                    exception: ExceptionNumber.usageFault, cfsr: FaultStatus.CFSR.invstate,
                    cause: "the vector of \(ExceptionNumber.name(number)) is \(hex(vector)), "
                        + "without the Thumb bit"),
                at: vector & ~1)
        } else if vector >= 0xF000_0000 {
            // Such an address returns from an exception only when it is branched to, not as a vector
            // (erased flash reads 0xFFFFFFFF).
            raise(fetchFault(at: vector & ~1), at: vector & ~1)
        }
    }

    /// A handler branched to an EXC_RETURN value (ARMv7-M ARM B1.5.8).
    func returnFromException(_ value: UInt32) {
        let number = activeException
        guard number != 0 else {
            raise(fetchFault(at: value & ~1), at: value & ~1)
            return
        }
        guard let target = ExceptionReturn(value), system.exceptions.isActive(number),
            isConsistent(target)
        else {
            system.exceptions.setActive(number, false)
            profiler?.leftHandler()
            let fault = RaisedFault(
                exception: ExceptionNumber.usageFault, cfsr: FaultStatus.CFSR.invpc,
                cause: "invalid exception return \(hex(value)) from \(ExceptionNumber.name(number))"
            )
            chain(fault, linkRegister: value | 0xF000_0000)
            return
        }
        chargeLazyStacking(engine[.control])
        finishCalls(at: value & ~1, Counters(engine.counters))
        if configuration.stepSymbol != nil {
            profiler?.marked(markers, at: engine.counters.ticks)
        }
        system.exceptions.setActive(number, false)
        if number != ExceptionNumber.nmi { engine[.faultmask] = 0 }
        settleFault(handler: number)
        advanceTimer()
        if let next = system.exceptions.exceptionToTake(masks) {
            profiler?.leftHandler()
            charge(exceptionCycles: flashPipeline.exceptionCosts.tailChain)
            activate(next, linkRegister: value)
            return
        }
        charge(exceptionCycles: flashPipeline.exceptionCosts.exit)
        profiler?.leftHandler()
        popFrame(target)
    }

    private func isConsistent(_ target: ExceptionReturn) -> Bool {
        if target.hasFloatFrame, !system.hasFloatingPoint { return false }
        let others = system.exceptions.activeCount - 1
        if target.toHandler { return others > 0 }
        return others == 0 || system.ccr & 1 != 0
    }

    private func popFrame(_ target: ExceptionReturn) {
        let stackPointer = target.usesProcessStack ? engine[.psp] : engine[.msp]
        let length = target.hasFloatFrame ? Self.floatFrameBytes : Self.basicFrameBytes
        guard let raw = bytes(at: stackPointer, count: Int(length)) else {
            let fault = RaisedFault(
                exception: ExceptionNumber.busFault, cfsr: FaultStatus.CFSR.unstkerr,
                cause: "bus error while unstacking an exception frame: the stack pointer is "
                    + "\(hex(stackPointer)), which \(placement(of: stackPointer))")
            chain(fault, linkRegister: target.value)
            return
        }
        let words = (0..<Int(length / 4)).map { Array(raw[(4 * $0)...]).littleEndianWord }
        let xpsr = words[7]
        guard (xpsr & 0x1FF != 0) == target.toHandler else {
            let fault = RaisedFault(
                exception: ExceptionNumber.usageFault, cfsr: FaultStatus.CFSR.invpc,
                cause: "the exception frame at \(hex(stackPointer)) holds IPSR \(xpsr & 0x1FF), "
                    + "but the return is to \(target.toHandler ? "handler" : "thread") mode")
            chain(fault, linkRegister: target.value)
            return
        }
        if target.hasFloatFrame { restoreFloat(words) }
        engine[.ipsr] = xpsr & 0x1FF
        var control = engine[.control] & 1
        if target.usesProcessStack { control |= Self.spsel }
        if target.hasFloatFrame { control |= Self.fpca }
        engine[.control] = control
        let padding = xpsr & Self.alignmentMark != 0 ? UInt32(4) : 0
        let aligns = system.alignsStack || target.hasFloatFrame
        engine[.sp] = (stackPointer &+ length) | (aligns ? padding : 0)
        for (register, word) in zip([Register.r0, .r1, .r2, .r3, .r12, .lr], words) {
            engine[register] = word
        }
        engine[.xpsr] = xpsr & ~Self.alignmentMark
        engine.pc = words[6] & ~1
        engine.forgetPredecessor()
        profiler?.resumed(
            pc: words[6] & ~1, inHandler: target.toHandler,
            usesProcessStack: target.usesProcessStack)
        hasEvent = true
        if system.sleepsOnExit, !target.toHandler { sleep() }
    }

    private func restoreFloat(_ words: [UInt32]) {
        if system.lazyStackingPending {
            // Never used since: the registers still hold what the frame would.
            system.lazyStackingPending = false
            return
        }
        for number in 0..<16 { engine[single: number] = words[8 + number] }
        engine[.fpscr] = words[24]
    }

    /// Enters a fault's handler straight from a failed return, without stacking again.
    private func chain(_ fault: RaisedFault, linkRegister: UInt32) {
        note(fault, at: engine.pc)
        switch system.record(fault, masks) {
        case .lockup: finishWithFault(ending: "no handler could run: the core locks up")
        case .take(let number, let escalated):
            openFault?.handler = number
            openFault?.isEscalated = escalated
            activate(number, linkRegister: linkRegister)
        }
    }
}
