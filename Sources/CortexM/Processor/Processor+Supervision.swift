// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA

extension Processor {
    /// Tells the engine which instructions the current settings make worth a look.
    func updateSupervision() {
        var kinds: SupervisedKinds = [.systemState, .endlessLoop]
        if system.trapsDivideByZero { kinds.insert(.divide) }
        if system.trapsUnaligned { kinds.insert(.unaligned) }
        if system.floatingPointAccess != 0b11 { kinds.insert(.floatingPoint) }
        engine.supervisedKinds = kinds
    }

    /// Looks at an instruction before it executes, and stops the engine there when it must fault.
    func supervise(_ address: UInt32, _ kinds: SupervisedKinds) {
        guard let instruction = instruction(at: address) else { return }
        if kinds.contains(.systemState) { noteSystemChange(instruction) }
        if kinds.contains(.endlessLoop) { noteEndlessLoop(address) }
        guard outcome == nil, let fault = fault(of: instruction, kinds) else { return }
        faultAtInstruction = fault
        engine.stopBeforeInstruction()
    }

    private func fault(of instruction: Instruction, _ kinds: SupervisedKinds) -> RaisedFault? {
        if kinds.contains(.floatingPoint) {
            let access = system.floatingPointAccess
            if access == 0 || access == 1 && !isPrivileged {
                return RaisedFault(
                    exception: ExceptionNumber.usageFault, cfsr: FaultStatus.CFSR.nocp,
                    cause: system.hasFloatingPoint
                        ? "floating-point instruction '\(instruction)' while CPACR keeps the FPU off"
                        : "floating-point instruction '\(instruction)' on a core without FPU")
            }
        }
        if kinds.contains(.divide), divisor(of: instruction) == 0, system.trapsDivideByZero {
            return RaisedFault(
                exception: ExceptionNumber.usageFault, cfsr: FaultStatus.CFSR.divbyzero,
                cause: "divide by zero: '\(instruction)'")
        }
        return alignmentFault(of: instruction, kinds)
    }

    /// Rm of SDIV and UDIV (ARMv7-M ARM A7.7.127).
    private func divisor(of instruction: Instruction) -> UInt32 {
        engine.coreRegister(Int(instruction.encoding & 0xF))
    }

    private func alignmentFault(of instruction: Instruction, _ kinds: SupervisedKinds)
        -> RaisedFault?
    {
        guard let memory = instruction.memory else { return nil }
        let always = !kinds.isDisjoint(with: [.alignment, .alignmentUndecided])
        guard always || kinds.contains(.unaligned) && system.trapsUnaligned else { return nil }
        let address = effectiveAddress(of: instruction, memory)
        let unit = UInt32(min(4, memory.bytesPerTransfer))
        guard address % unit != 0 else { return nil }
        return RaisedFault(
            exception: ExceptionNumber.usageFault, cfsr: FaultStatus.CFSR.unaligned,
            cause: "unaligned access: '\(instruction)' at address \(hex(address)), which is no "
                + "multiple of \(unit)")
    }

    /// `cps`, `msr`, `sev`: the block ends behind them, and the run loop looks again.
    private func noteSystemChange(_ instruction: Instruction) {
        if instruction.mnemonic == .sev {
            hasEvent = true
            return
        }
        if instruction.setsStackPointer {
            stackPointerMoved = true
            engine.requestStop()
        }
        if instruction.specialRegisterWritten == 9, isPrivileged {
            // PSP: the top of the process stacks is the highest value it was given.
            let value = engine.coreRegister(Int(instruction.encoding >> 16 & 0xF)) & ~3
            ledger.processTop = max(ledger.processTop ?? 0, value)
        }
        if system.exceptions.pendingCount > 0 { engine.requestStop() }
    }

    /// `b .`: nothing will ever change but by an exception.
    private func noteEndlessLoop(_ address: UInt32) {
        // Waits for the reset that the instructions before it requested.
        guard !system.effects.contains(.resetRequested) else { return }
        if system.exceptions.activeFault != nil, openFault != nil {
            finishWithFault(
                ending: "the handler loops forever at \(symbols.describe(address) ?? hex(address))")
            engine.stopBeforeInstruction()
            return
        }
        guard configuration.maxCycles == nil, pinResetCycle == nil, !canBeInterrupted else {
            return
        }
        warnings.add(
            "the program loops forever at \(symbols.describe(address) ?? hex(address)) and no "
                + "exception can interrupt it")
        finish(.sleepsForever)
        engine.stopBeforeInstruction()
    }

    /// Whether an exception can come without the program's doing: one that waits, or SysTick.
    var canBeInterrupted: Bool {
        if system.exceptions.exceptionToTake(masks) != nil { return true }
        return sysTickCanInterrupt(masks)
    }

    func sysTickCanInterrupt(_ masks: PriorityMasks) -> Bool {
        system.sysTick.nextExpiry != nil && system.sysTick.control & SysTick.tickInterrupt != 0
            && system.exceptions.canTake(ExceptionNumber.sysTick, masks)
    }
}
