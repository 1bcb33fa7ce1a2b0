// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation

extension Processor {
    /// AIRCR.SYSRESETREQ, or VECTRESET: the chip starts over, unless it is stuck in doing so.
    func resetOnRequest() {
        let place = symbols.describe(engine.pc) ?? hex(engine.pc)
        if openFault != nil {
            finishWithFault(ending: "the handler requested a system reset")
            return
        }
        guard resets < configuration.mostResets else {
            warnings.add(
                "the firmware requested a system reset (AIRCR) at \(place), one more than the "
                    + "\(configuration.mostResets) that --max-resets allows")
            finish(.resetLimit)
            return
        }
        restart()
    }

    /// `--reset-at`: as if the reset pin were pulled.
    func resetWhenDue() {
        guard let cycle = pinResetCycle, elapsedCycles >= cycle else { return }
        pinResetCycle = nil
        restart()
    }

    /// What a system reset does (ARMv7-M ARM B1.5.5 and the reset values of B3.2): core, system
    /// control and peripherals start over; memory, the debug units and the counts of the run stay.
    private func restart() {
        resets += 1
        foldStacks()
        markers.interrupt(by: "a system reset")
        watches.interrupt()
        profiler?.marked(markers, at: engine.counters.ticks)
        ledger.heapReset()
        let debug = system.debug
        system = SystemControl(board: board)
        system.debug = debug
        peripherals.reset()
        flash?.reset()
        openFault = nil
        faultAtInstruction = nil
        hasEvent = false
        stackPointerMoved = false
        clearCore()
        do {
            try startCore()
        } catch {
            finishOutsideArchitecture(
                "reset", cause: "after system reset \(resets): \(error)", at: engine.pc)
            return
        }
        updateSupervision()
        updateStackLimit()
        resetCaches()
    }

    /// Thread mode, privileged, main stack, nothing masked.
    private func clearCore() {
        engine[.ipsr] = 0
        engine[.control] = 0
        engine[.primask] = 0
        engine[.basepri] = 0
        engine[.faultmask] = 0
        engine[.fpscr] = 0
        engine[.xpsr] = 1 << 24
        engine.forgetPredecessor()
    }
}
