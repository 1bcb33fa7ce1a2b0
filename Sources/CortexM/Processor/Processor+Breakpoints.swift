// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation

extension Processor {
    /// `bkpt 0xAB`, the semihosting call.
    private static let semihostingCall: UInt32 = 0xBEAB

    func breakpoint(at pc: UInt32) {
        if halfword(at: pc) == Self.semihostingCall {
            callHost(at: pc)
            return
        }
        if openFault != nil, system.exceptions.activeFault != nil {
            finishWithFault(
                ending: "the handler reached a breakpoint at \(symbols.describe(pc) ?? hex(pc))")
            return
        }
        // Without a debugger: DebugMonitor when it is enabled, else HardFault (ARMv7-M ARM C1.4).
        system.faults.dfsr |= 1 << 1
        let fault = RaisedFault(
            exception: ExceptionNumber.hardFault, hfsr: FaultStatus.HFSR.debugevt,
            cause: "breakpoint at \(hex(pc)) without a debugger")
        let monitorIsOn = system.debug.demcr & 1 << 16 != 0
        if monitorIsOn, system.exceptions.canTake(ExceptionNumber.debugMonitor, masks) {
            enter(ExceptionNumber.debugMonitor, returnAddress: pc)
        } else {
            raise(fault, at: pc)
        }
    }

    private func callHost(at pc: UInt32) {
        guard let semihosting else { return }
        let result = semihosting.call(
            engine[.r0], engine[.r1], elapsed: elapsedCycles)
        switch result {
        case .result(let value):
            engine[.r0] = value
            engine.pc = pc &+ 2
        case .exit(let code): exit(code, at: pc)
        case .abort(let reason):
            if openFault != nil, system.exceptions.activeFault != nil {
                finishWithFault(ending: "the handler ended the run with reason \(hex(reason))")
            } else {
                finishOutsideArchitecture(
                    "semihosting exit",
                    cause: "the firmware ended the run with reason \(hex(reason)) "
                        + "(\(Self.exitReason(reason)))", at: pc)
            }
        case .badPointer(let address):
            engine.pc = pc
            finishOutsideArchitecture(
                "semihosting call",
                cause: "semihosting call \(hex(engine[.r0])) points to \(hex(address)), which "
                    + placement(of: address), at: pc)
        }
    }

    /// A handler that exits has not dealt with its fault.
    private func exit(_ code: UInt32, at pc: UInt32) {
        if openFault != nil, system.exceptions.activeFault != nil {
            finishWithFault(ending: "the handler exited with code \(code)")
        } else {
            finish(.exited(code: code))
        }
    }

    /// ADP_Stopped reasons (Arm IHI 0021, SYS_EXIT).
    private static func exitReason(_ reason: UInt32) -> String {
        switch reason {
        case 0x20000: "branch through zero"
        case 0x20001: "undefined instruction"
        case 0x20002: "software interrupt"
        case 0x20003: "prefetch abort"
        case 0x20004: "data abort"
        case 0x20005: "address exception"
        case 0x20006: "IRQ"
        case 0x20007: "FIQ"
        case 0x20020: "breakpoint"
        case 0x20021: "watchpoint"
        case 0x20022: "step complete"
        case 0x20023: "run-time error"
        case 0x20024: "internal error"
        case 0x20025: "user interruption"
        case 0x20027: "stack overflow"
        case 0x20028: "division by zero"
        case 0x20029: "operating system specific"
        default: "unknown reason"
        }
    }
}
