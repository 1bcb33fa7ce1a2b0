// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation

extension Processor {
    /// WFI: the core stands still until an exception that would preempt is pending
    /// (ARMv7-M ARM B1.5.19); only SysTick can become pending by itself.
    func sleep() {
        guard !system.exceptions.wakesFromSleep(masks) else { return }
        var unmasked = masks
        unmasked.primask = false
        guard sysTickCanInterrupt(unmasked), let expiry = system.sysTick.nextExpiry else {
            neverWakes("wfi")
            return
        }
        sleep(until: expiry)
    }

    /// WFE: as WFI, but an event (SEV, an exception's entry or return, SEVONPEND) wakes too.
    func waitForEvent() {
        if hasEvent {
            hasEvent = false
            return
        }
        guard !system.exceptions.wakesFromSleep(masks) else { return }
        let canPend =
            system.sysTick.nextExpiry != nil
            && system.sysTick.control & SysTick.tickInterrupt != 0
        guard let expiry = system.sysTick.nextExpiry,
            sysTickCanInterrupt(masks) || canPend && system.sendsEventOnPend
        else {
            neverWakes("wfe")
            return
        }
        sleep(until: expiry)
        hasEvent = false
    }

    private func sleep(until expiry: UInt64) {
        let now = elapsedCycles
        var end = max(now, expiry)
        for limit in [configuration.maxCycles, pinResetCycle].compactMap({ $0 }) {
            end = min(end, max(now, limit))
        }
        sleepCycles &+= end - now
        advanceTimer()
    }

    private func neverWakes(_ instruction: String) {
        if let pinResetCycle {
            sleep(until: pinResetCycle)
            return
        }
        if openFault != nil, system.exceptions.activeFault != nil {
            finishWithFault(ending: "the handler sleeps forever (\(instruction))")
            return
        }
        warnings.add(
            "\(instruction) at \(symbols.describe(engine.pc &- 2) ?? hex(engine.pc &- 2)) with "
                + "nothing that could wake the core")
        finish(.sleepsForever)
    }
}
