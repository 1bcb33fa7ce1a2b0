// SPDX-License-Identifier: GPL-2.0-or-later

/// A place in the code.
public struct FrameRecord: Codable, Sendable, Equatable {
    /// `0x` and eight hexadecimal digits.
    public var address: String
    /// `function+0x1c`; absent when no symbol covers the address.
    public var symbol: String?

    /// Creates the record from its parts.
    public init(address: String, symbol: String? = nil) {
        self.address = address
        self.symbol = symbol
    }
}

/// A core register and its value.
public struct RegisterRecord: Codable, Sendable, Equatable {
    /// `r0` to `r12`, `sp`, `lr`, `pc`, `xpsr`, `msp`, `psp`, `control`.
    public var name: String
    /// `0x` and eight hexadecimal digits.
    public var value: String

    /// Creates the record from its parts.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A fault that no handler took care of.
public struct FaultRecord: Codable, Sendable, Equatable {
    /// One sentence.
    public var cause: String
    /// `BusFault`, `UsageFault (escalated to HardFault)`, …
    public var exception: String
    /// Configurable Fault Status Register, `0x` and eight hexadecimal digits.
    public var cfsr: String
    /// The names of the bits set in it.
    public var cfsrBits: [String]
    /// HardFault Status Register, `0x` and eight hexadecimal digits.
    public var hfsr: String
    /// BusFault Address Register; absent unless valid.
    public var bfar: String?
    /// MemManage Fault Address Register; absent unless valid.
    public var mmfar: String?
    /// The instruction that faulted.
    public var pc: FrameRecord
    /// The link register.
    public var lr: FrameRecord
    /// Innermost first, as far as it could be unwound.
    public var callStack: [FrameRecord]
    /// At the moment of the fault.
    public var registers: [RegisterRecord]
    /// The training step; absent outside steps.
    public var step: Int?
    /// The phase of the step; absent outside phases.
    public var phase: String?

    /// Creates the record from its parts.
    public init(
        cause: String, exception: String, cfsr: String, cfsrBits: [String], hfsr: String,
        bfar: String? = nil, mmfar: String? = nil, pc: FrameRecord, lr: FrameRecord,
        callStack: [FrameRecord] = [], registers: [RegisterRecord] = [], step: Int? = nil,
        phase: String? = nil
    ) {
        self.cause = cause
        self.exception = exception
        self.cfsr = cfsr
        self.cfsrBits = cfsrBits
        self.hfsr = hfsr
        self.bfar = bfar
        self.mmfar = mmfar
        self.pc = pc
        self.lr = lr
        self.callStack = callStack
        self.registers = registers
        self.step = step
        self.phase = phase
    }

    enum CodingKeys: String, CodingKey {
        case cause
        case exception
        case cfsr
        case cfsrBits = "cfsr_bits"
        case hfsr
        case bfar
        case mmfar
        case pc
        case lr
        case callStack = "call_stack"
        case registers
        case step
        case phase
    }
}
