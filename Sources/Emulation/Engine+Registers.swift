// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// The core's registers. `pc` is `Engine.pc`.
package enum Register: Int, CaseIterable, Sendable {
    case r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, sp, lr
    case xpsr, apsr, ipsr, msp, psp, control, primask, basepri, faultmask, fpscr

    var unicorn: uc_arm_reg {
        switch self {
        case .sp: UC_ARM_REG_SP
        case .lr: UC_ARM_REG_LR
        case .xpsr: UC_ARM_REG_XPSR
        case .apsr: UC_ARM_REG_APSR
        case .ipsr: UC_ARM_REG_IPSR
        case .msp: UC_ARM_REG_MSP
        case .psp: UC_ARM_REG_PSP
        case .control: UC_ARM_REG_CONTROL
        case .primask: UC_ARM_REG_PRIMASK
        case .basepri: UC_ARM_REG_BASEPRI
        case .faultmask: UC_ARM_REG_FAULTMASK
        case .fpscr: UC_ARM_REG_FPSCR
        default: uc_arm_reg(UC_ARM_REG_R0.rawValue + UInt32(rawValue))
        }
    }

    /// Unicorn answers 0 for these, and ignores writes, while the core is unprivileged.
    var needsPrivilege: Bool {
        switch self {
        case .msp, .psp, .control, .primask, .basepri, .faultmask: true
        default: false
        }
    }

    var decidesStack: Bool {
        switch self {
        case .sp, .msp, .psp, .control, .ipsr, .xpsr: true
        default: false
        }
    }
}

struct KeptRegisters {
    var core: [UInt32]
    var xpsr: UInt32
}

extension Engine {
    /// A register as the architecture shows it to privileged code, whatever the core's mode.
    ///
    /// Writing IPSR (or xPSR) changes between Thread and Handler mode, and with CONTROL.SPSEL the stack
    /// that `sp` stands for. SPSEL can only be written in Thread mode.
    package subscript(register: Register) -> UInt32 {
        get {
            guard register.needsPrivilege, register != .control else {
                return readRaw(register.unicorn)
            }
            return withPrivilege { readRaw(register.unicorn) }
        }
        set {
            if register.needsPrivilege {
                writePrivileged(register, newValue)
            } else {
                writeRaw(register == .xpsr ? UC_ARM_REG_XPSR_NZCVQG : register.unicorn, newValue)
            }
            if register.decidesStack {
                rebuildFlags()
                refreshActiveStack()
            }
        }
    }

    /// Single-precision register s0 to s31 as bits.
    package subscript(single number: Int) -> UInt32 {
        get { readRaw(uc_arm_reg(UC_ARM_REG_S0.rawValue + UInt32(number & 31))) }
        set { writeRaw(uc_arm_reg(UC_ARM_REG_S0.rawValue + UInt32(number & 31)), newValue) }
    }

    /// r0 to r14 by number.
    package func coreRegister(_ number: Int) -> UInt32 {
        if let coreRegisters { return coreRegisters[number & 15] }
        return readRaw(Self.coreNames[number & 15])
    }

    private static let coreNames: [uc_arm_reg] =
        (0..<13).map { uc_arm_reg(UC_ARM_REG_R0.rawValue + UInt32($0)) }
        + [UC_ARM_REG_SP, UC_ARM_REG_LR, UC_ARM_REG_PC]

    func readRaw(_ register: uc_arm_reg) -> UInt32 {
        var value: UInt32 = 0
        uc_reg_read(handle, Int32(bitPattern: register.rawValue), &value)
        return value
    }

    func writeRaw(_ register: uc_arm_reg, _ value: UInt32) {
        var value = value
        uc_reg_write(handle, Int32(bitPattern: register.rawValue), &value)
    }

    private var isUnprivileged: Bool {
        readRaw(UC_ARM_REG_IPSR) == 0 && readRaw(UC_ARM_REG_CONTROL) & 1 != 0
    }

    /// Goes through Handler mode, where everything can be read and written, and comes back.
    private func withPrivilege<Value>(_ body: () -> Value) -> Value {
        guard isUnprivileged else { return body() }
        writeRaw(UC_ARM_REG_IPSR, 3)
        defer { writeRaw(UC_ARM_REG_IPSR, 0) }
        return body()
    }

    private func writePrivileged(_ register: Register, _ value: UInt32) {
        guard isUnprivileged else {
            writeRaw(register.unicorn, value)
            return
        }
        guard register == .control else {
            withPrivilege { writeRaw(register.unicorn, value) }
            return
        }
        // nPRIV first, through Handler mode; then SPSEL in Thread mode, now privileged.
        withPrivilege { writeRaw(UC_ARM_REG_CONTROL, 0) }
        writeRaw(UC_ARM_REG_CONTROL, value)
    }

    /// Lets Unicorn recompute what its translations depend on after a change of mode.
    private func rebuildFlags() {
        writeRaw(UC_ARM_REG_APSR_NZCV, readRaw(UC_ARM_REG_APSR_NZCV))
    }

    func registersNow() -> KeptRegisters {
        KeptRegisters(
            core: (0..<15).map { coreRegister($0) }, xpsr: readRaw(UC_ARM_REG_XPSR))
    }

    func restore(_ kept: KeptRegisters) {
        for (number, value) in kept.core.enumerated() {
            writeRaw(Self.coreNames[number], value)
        }
        writeRaw(UC_ARM_REG_XPSR_NZCVQG, kept.xpsr)
    }
}
