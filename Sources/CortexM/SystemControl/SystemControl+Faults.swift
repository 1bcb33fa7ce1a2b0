// SPDX-License-Identifier: GPL-2.0-or-later

extension SystemControl {
    /// What the core does about a synchronous exception.
    enum Disposition: Equatable {
        /// This handler runs; `escalated` when a HardFault stands in for another exception.
        case take(number: Int, escalated: Bool)
        /// No handler can run: the core would lock up (ARMv7-M ARM B1.5.15).
        case lockup
    }

    /// Records a fault in the status registers and applies the escalation rules
    /// (ARMv7-M ARM B1.5.14 "Fault behavior").
    mutating func record(_ fault: RaisedFault, _ masks: PriorityMasks) -> Disposition {
        faults.cfsr |= fault.cfsr
        faults.hfsr |= fault.hfsr
        if let address = fault.address {
            if fault.exception == ExceptionNumber.memManage {
                faults.mmfar = address
                faults.cfsr |= FaultStatus.CFSR.mmarvalid
            } else if fault.exception == ExceptionNumber.busFault {
                faults.bfar = address
                faults.cfsr |= FaultStatus.CFSR.bfarvalid
            }
        }
        return disposition(of: fault.exception, masks)
    }

    /// Whether exception `number`, raised by the running instruction, is taken, escalates or locks up.
    mutating func disposition(of number: Int, _ masks: PriorityMasks) -> Disposition {
        if exceptions.canTake(number, masks) {
            return .take(number: number, escalated: false)
        }
        guard exceptions.executionPriority(masks) > -1 else { return .lockup }
        if number != ExceptionNumber.hardFault { faults.hfsr |= FaultStatus.HFSR.forced }
        return .take(
            number: ExceptionNumber.hardFault, escalated: number != ExceptionNumber.hardFault)
    }
}
