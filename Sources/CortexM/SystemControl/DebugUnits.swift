// SPDX-License-Identifier: GPL-2.0-or-later

/// DWT, ITM and the debug control registers (ARMv7-M ARM C1.6 to C1.8).
///
/// The state at reset is that of a core with a debugger attached that listens to the ITM: TRCENA,
/// ITMENA and all stimulus ports are on, so that firmware which checks them finds a listener.
struct DebugUnits: Equatable {
    static let dwtBase: UInt32 = 0xE000_1000
    static let itmBase: UInt32 = 0xE000_0000
    private static let traceEnable: UInt32 = 1 << 24

    private(set) var demcr: UInt32 = DebugUnits.traceEnable
    /// S_REGRDY, and no debugger that halts the core.
    let dhcsr: UInt32 = 1 << 16
    private(set) var dwtControl: UInt32 = 0x4000_0000
    private(set) var itmEnable: UInt32 = .max
    private(set) var itmControl: UInt32 = 1
    /// Cycles that exception entry and return took, for DWT_EXCCNT.
    var exceptionOverheadCycles: UInt64 = 0
    private var anchorCycles: UInt64 = 0
    private var anchorCount: UInt32 = 0
    private var plain: [UInt32: UInt32] = [:]

    private var isTraceEnabled: Bool { demcr & Self.traceEnable != 0 }
    private var isCounting: Bool { isTraceEnabled && dwtControl & 1 != 0 }

    /// CYCCNT: cycles awake since it was enabled; it stands still in sleep.
    func cycleCount(at cycles: UInt64) -> UInt32 {
        isCounting ? anchorCount &+ UInt32(truncatingIfNeeded: cycles &- anchorCycles) : anchorCount
    }

    private mutating func reanchor(_ context: AccessContext) {
        anchorCount = cycleCount(at: context.activeCycles)
        anchorCycles = context.activeCycles
    }

    mutating func writeDEMCR(_ value: UInt32, _ context: AccessContext) {
        reanchor(context)
        demcr = value & 0x010F_07F1
    }

    /// Whether a write to stimulus port `port` reaches the listener.
    func isStimulusEnabled(port: Int) -> Bool {
        isTraceEnabled && itmControl & 1 != 0 && itmEnable & 1 << UInt32(port) != 0
    }

    func readDWT(_ address: UInt32, _ context: AccessContext) -> UInt32? {
        switch address - Self.dwtBase {
        case 0x00: return dwtControl
        case 0x04: return cycleCount(at: context.activeCycles)
        // Eight-bit profiling counters: plausible, not exact.
        case 0x08: return UInt32(truncatingIfNeeded: overhead(context)) & 0xFF
        case 0x0C: return UInt32(truncatingIfNeeded: exceptionOverheadCycles) & 0xFF
        case 0x10:
            return UInt32(truncatingIfNeeded: context.elapsedCycles &- context.activeCycles) & 0xFF
        case 0x14, 0x18: return 0
        // PCSR: no sample is available.
        case 0x1C: return .max
        case 0x20...0x5C: return plain[address, default: 0]
        case 0xFB4: return 0
        case 0xFD0...0xFFC: return SystemControl.peripheralIdentification(address, part: 0x002)
        default: return nil
        }
    }

    private func overhead(_ context: AccessContext) -> UInt64 {
        context.activeCycles > context.instructions
            ? context.activeCycles - context.instructions : 0
    }

    mutating func writeDWT(_ address: UInt32, _ value: UInt32, _ context: AccessContext) -> Bool {
        switch address - Self.dwtBase {
        case 0x00:
            reanchor(context)
            dwtControl = dwtControl & 0xF000_0000 | value & 0x007F_1FFF
        case 0x04:
            anchorCount = value
            anchorCycles = context.activeCycles
        case 0x08...0x1C, 0xFB0: break
        case 0x20...0x5C: plain[address] = value
        default: return false
        }
        return true
    }

    func readITM(_ address: UInt32) -> UInt32? {
        switch address - Self.itmBase {
        // FIFOREADY: the port never makes the writer wait.
        case 0x00...0x7F: return isStimulusEnabled(port: Int(address - Self.itmBase) / 4) ? 1 : 0
        case 0xE00: return itmEnable
        case 0xE40: return plain[address, default: 0]
        case 0xE80: return itmControl
        case 0xFB4: return 0
        case 0xFD0...0xFFC: return SystemControl.peripheralIdentification(address, part: 0x001)
        default: return nil
        }
    }

    /// Everything but the stimulus ports themselves.
    mutating func writeITM(_ address: UInt32, _ value: UInt32) -> Bool {
        switch address - Self.itmBase {
        case 0xE00: itmEnable = value
        case 0xE40: plain[address] = value
        case 0xE80: itmControl = value & 0x007F_0F1F
        case 0xFB0: break
        default: return false
        }
        return true
    }
}
