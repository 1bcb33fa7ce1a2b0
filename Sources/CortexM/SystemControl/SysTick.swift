// SPDX-License-Identifier: GPL-2.0-or-later

/// The 24-bit system timer, as a function of the cycle count (ARMv7-M ARM B3.3).
///
/// Nothing happens per cycle: the value is derived from the last moment at which it was known.
/// Times are core cycles with sleep included: the timer counts on in sleep.
struct SysTick: Equatable {
    static let enable: UInt32 = 1 << 0
    static let tickInterrupt: UInt32 = 1 << 1
    static let processorClock: UInt32 = 1 << 2
    static let countFlag: UInt32 = 1 << 16

    /// Core cycles per tick of the external clock; nil: no external clock, CLKSOURCE reads as one.
    let referenceDivider: UInt32?
    private(set) var control: UInt32
    private(set) var reload: UInt32 = 0
    /// The counter stood at `anchorValue` at `anchorTime`.
    private var anchorTime: UInt64 = 0
    private var anchorValue: UInt32 = 0
    private var hasCountedDown = false
    /// The next moment at which the counter reaches zero by counting, if it runs.
    private(set) var nextExpiry: UInt64?

    init(referenceDivider: UInt32?) {
        self.referenceDivider = referenceDivider
        control = referenceDivider == nil ? Self.processorClock : 0
    }

    private var cyclesPerTick: UInt64 {
        control & Self.processorClock != 0 ? 1 : UInt64(referenceDivider ?? 1)
    }
    private var isRunning: Bool { control & Self.enable != 0 }

    func value(at time: UInt64) -> UInt32 {
        guard isRunning, time > anchorTime else { return anchorValue }
        let ticks = (time - anchorTime) / cyclesPerTick
        if ticks <= UInt64(anchorValue) { return anchorValue - UInt32(ticks) }
        guard reload > 0 else { return 0 }
        let intoPeriods = (ticks - UInt64(anchorValue) - 1) % (UInt64(reload) + 1)
        return reload - UInt32(intoPeriods)
    }

    /// Notes every expiry up to `time`; true when the exception must be made pending.
    mutating func advance(to time: UInt64) -> Bool {
        guard let expiry = nextExpiry, expiry <= time else { return false }
        hasCountedDown = true
        let period = (UInt64(reload) + 1) * cyclesPerTick
        nextExpiry = reload == 0 ? nil : expiry + ((time - expiry) / period + 1) * period
        return control & Self.tickInterrupt != 0
    }

    /// SYST_CSR; reading clears COUNTFLAG.
    mutating func readControl() -> UInt32 {
        defer { hasCountedDown = false }
        return control | (hasCountedDown ? Self.countFlag : 0)
    }

    /// SYST_CALIB: NOREF when there is no external clock; no calibrated 10 ms value.
    var calibration: UInt32 { referenceDivider == nil ? 1 << 31 : 0 }

    mutating func writeControl(_ value: UInt32, at time: UInt64) {
        reanchor(at: time)
        control = value & (Self.enable | Self.tickInterrupt | Self.processorClock)
        if referenceDivider == nil { control |= Self.processorClock }
        schedule()
    }

    mutating func writeReload(_ value: UInt32, at time: UInt64) {
        reanchor(at: time)
        reload = value & 0xFF_FFFF
        schedule()
    }

    /// Any write clears the counter and COUNTFLAG; the next tick loads the reload value.
    mutating func writeValue(at time: UInt64) {
        anchorTime = time
        anchorValue = 0
        hasCountedDown = false
        schedule()
    }

    private mutating func reanchor(at time: UInt64) {
        anchorValue = value(at: time)
        anchorTime = time
    }

    private mutating func schedule() {
        guard isRunning else {
            nextExpiry = nil
            return
        }
        if anchorValue > 0 {
            nextExpiry = anchorTime + UInt64(anchorValue) * cyclesPerTick
        } else {
            nextExpiry =
                reload == 0 ? nil : anchorTime + (UInt64(reload) + 1) * cyclesPerTick
        }
    }
}
