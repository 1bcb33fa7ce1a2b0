// SPDX-License-Identifier: GPL-2.0-or-later

/// A fault as it was when it happened, until the firmware returns from its handler.
struct OpenFault {
    var fault: RaisedFault
    /// The exception whose handler runs for it.
    var handler: Int
    var isEscalated = false
    /// CFSR and HFSR with this fault's bits.
    var cfsr: UInt32
    var hfsr: UInt32
    /// The addresses as the first fault left them: one in its handler overwrites the registers.
    var bfar: UInt32?
    var mmfar: UInt32?
    var registers: [(name: String, value: UInt32)]
    var pc: UInt32
    var step: Int?
    var phase: String?

    /// Takes over what the registers say once the rules have been applied to a fault.
    mutating func update(_ status: FaultStatus) {
        cfsr = status.cfsr
        hfsr = status.hfsr
        bfar = bfar ?? status.validBFAR
        mmfar = mmfar ?? status.validMMFAR
    }

    var exceptionName: String {
        let name = ExceptionNumber.name(fault.exception)
        guard isEscalated, fault.exception != ExceptionNumber.hardFault else { return name }
        return "\(name) (escalated to HardFault)"
    }

    func register(_ name: String) -> UInt32 { registers.first { $0.name == name }?.value ?? 0 }
}
