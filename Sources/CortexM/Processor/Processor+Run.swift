// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA

extension Processor {
    /// How often limits, time and progress are looked at, in cycles.
    static let checkIntervalCycles: UInt64 = 4_000_000
    static let progressIntervalCycles: UInt64 = 20_000_000
    /// And in stops of the engine, for programs that stop it all the time.
    static let checkIntervalStops = 4096

    /// Runs until there is an outcome.
    func run() throws(EmulationError) -> MachineOutcome {
        let clock = ContinuousClock()
        let start = clock.now
        var nextCheck = Self.checkIntervalCycles
        var nextProgress = Self.progressIntervalCycles
        var stops = 0
        while true {
            if let outcome { return outcome }
            settleFlash()
            act(on: system.effects)
            resetWhenDue()
            advanceTimer()
            takePendingException()
            if let outcome { return outcome }
            let cycles = engine.counters.cycles
            if let limit = configuration.maxCycles, cycles &+ sleepCycles >= limit {
                return .cycleLimit
            }
            stops += 1
            if cycles >= nextCheck || stops >= Self.checkIntervalStops {
                nextCheck = cycles &+ Self.checkIntervalCycles
                stops = 0
                if let seconds = configuration.timeoutSeconds,
                    start.duration(to: clock.now) >= .seconds(seconds)
                {
                    return .timeout
                }
            }
            if cycles >= nextProgress {
                nextProgress = cycles &+ Self.progressIntervalCycles
                reportProgress()
            }
            engine.nextEventCycle = nextEvent(check: min(nextCheck, nextProgress))
            handle(try engine.run())
        }
    }

    private func reportProgress() {
        configuration.progress?(
            RunProgress(
                cycles: elapsedCycles, step: markers.currentStep, phase: markers.currentPhase))
    }

    private func nextEvent(check: UInt64) -> UInt64 {
        var event = check
        if let limit = configuration.maxCycles {
            event = min(event, limit > sleepCycles ? limit - sleepCycles : 0)
        }
        for time in [system.sysTick.nextExpiry, pinResetCycle].compactMap({ $0 }) {
            event = min(event, time > sleepCycles ? time - sleepCycles : 0)
        }
        return event
    }

    /// Makes SysTick pending when it has expired.
    func advanceTimer() {
        if system.sysTick.advance(to: elapsedCycles) {
            system.exceptions.setPending(ExceptionNumber.sysTick, true)
            hasEvent = hasEvent || system.sendsEventOnPend
        }
    }

    private func act(on effects: SystemControl.Effects) {
        guard !effects.isEmpty else { return }
        system.effects = []
        if effects.contains(.exceptionsChanged), system.sendsEventOnPend,
            system.exceptions.pendingCount > 0
        {
            hasEvent = true
        }
        if effects.contains(.supervisionChanged) { updateSupervision() }
        if effects.contains(.resetRequested) { resetOnRequest() }
    }

    private func handle(_ reason: StopReason) {
        switch reason {
        case .event, .requested, .yield: break
        case .supervisorCall: callSupervisor()
        case .breakpoint(let pc): breakpoint(at: pc)
        case .exceptionReturn(let value): returnFromException(value)
        case .fetchFault(let pc): raise(fetchFault(at: pc), at: pc)
        case .invalidState(let pc):
            raise(
                RaisedFault(
                    exception: ExceptionNumber.usageFault, cfsr: FaultStatus.CFSR.invstate,
                    cause: "branch to \(hex(pc)) without the Thumb bit"),
                at: pc)
        case .undefinedInstruction(let pc): undefined(at: pc)
        case .noCoprocessor(let pc):
            truncateBlock(at: pc)
            raise(
                RaisedFault(
                    exception: ExceptionNumber.usageFault, cfsr: FaultStatus.CFSR.nocp,
                    cause: "coprocessor instruction at \(hex(pc)); there is no such coprocessor"),
                at: pc)
        case .memoryFault(let access): raise(access)
        case .instruction(let pc): stopped(before: pc)
        case .waitForInterrupt: sleep()
        case .waitForEvent: waitForEvent()
        case .stackLimit(let lowest): reportStackOverflow(lowest: lowest)
        case .unexpectedException(let number, let pc):
            finishOutsideArchitecture(
                "emulator exception \(number)",
                cause: "the emulated core stopped at \(hex(pc)) for a reason that Kinglet does not "
                    + "know (\(number))", at: pc)
        }
        if stackPointerMoved {
            stackPointerMoved = false
            stackPointerWasSet()
        }
    }

    private func callSupervisor() {
        switch system.disposition(of: ExceptionNumber.svCall, masks) {
        case .take(ExceptionNumber.svCall, _):
            enter(ExceptionNumber.svCall, returnAddress: engine.pc)
        default:
            // Cannot preempt what runs: escalates like a fault.
            raise(
                RaisedFault(
                    exception: ExceptionNumber.svCall,
                    cause: "svc at \(hex(engine.pc &- 2)) where SVCall cannot preempt "
                        + "\(ExceptionNumber.name(activeException))"),
                at: engine.pc)
        }
    }

    private func undefined(at pc: UInt32) {
        truncateBlock(at: pc)
        let found = instruction(at: pc).map {
            let digits = String($0.encoding, radix: 16)
            return "0x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        raise(
            RaisedFault(
                exception: ExceptionNumber.usageFault, cfsr: FaultStatus.CFSR.undefinstr,
                cause: "undefined instruction \(found ?? "(unreadable)") at \(hex(pc))"),
            at: pc)
    }

    private func stopped(before pc: UInt32) {
        truncateBlock(at: pc)
        guard let fault = faultAtInstruction else { return }
        faultAtInstruction = nil
        raise(fault, at: pc)
    }
}
