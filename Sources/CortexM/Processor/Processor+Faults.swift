// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import FirmwareImage
import ThumbISA

extension Processor {
    /// Applies the architecture's rules to a fault of the instruction at `address`.
    func raise(_ fault: RaisedFault, at address: UInt32) {
        note(fault, at: address)
        let masksBefore = masks
        let disposition = system.record(fault, masksBefore)
        openFault?.update(system.faults)
        switch disposition {
        case .lockup: finishWithFault(ending: "no handler could run: the core locks up")
        case .take(let number, let escalated):
            if openFault?.fault == fault {
                openFault?.handler = number
                openFault?.isEscalated = escalated
            }
            enter(number, returnAddress: address)
        }
    }

    /// Keeps the state at the first fault that is open; later ones are its consequences.
    func note(_ fault: RaisedFault, at address: UInt32) {
        guard openFault == nil else { return }
        openFault = OpenFault(
            fault: fault, handler: fault.exception, cfsr: system.faults.cfsr | fault.cfsr,
            hfsr: system.faults.hfsr | fault.hfsr, registers: registerDump(pc: address),
            pc: address, step: markers.currentStep, phase: markers.currentPhase)
    }

    /// The handler of `number` returned: if it was the open fault's, the firmware has dealt with it.
    func settleFault(handler number: Int) {
        guard let open = openFault, open.handler == number else { return }
        warnings.add(
            "\(open.exceptionName) at \(symbols.describe(open.pc) ?? hex(open.pc)) was handled by "
                + "the firmware: \(open.fault.cause)")
        openFault = nil
    }

    /// Ends the run with the open fault's report.
    func finishWithFault(ending: String) {
        guard let open = openFault else { return }
        warnings.add("the run ended in \(ExceptionNumber.name(activeException)): \(ending)")
        finish(.faulted(report(open)))
    }

    /// Ends the run for something that no handler of the architecture covers.
    func finishOutsideArchitecture(_ exception: String, cause: String, at address: UInt32) {
        if openFault == nil {
            note(
                RaisedFault(exception: ExceptionNumber.hardFault, cause: cause), at: address)
        }
        guard let open = openFault else { return }
        var report = report(open)
        if open.fault.cause == cause { report.exception = exception }
        finish(.faulted(report))
    }

    func report(_ open: OpenFault) -> FaultReport {
        let lr = open.register("lr")
        let scanner = CallStackScanner(memory: self, symbols: symbols)
        let callers = scanner.callers(
            pc: open.pc, lr: lr, sp: open.register("sp"), processStack: open.register("psp"),
            stackEnd: stackEnd)
        return FaultReport(
            cause: open.fault.cause, exception: open.exceptionName, cfsr: open.cfsr,
            hfsr: open.hfsr, bfar: open.bfar, mmfar: open.mmfar, registers: open.registers,
            pc: frame(open.pc), lr: linkFrame(lr), callStack: ([open.pc] + callers).map(frame),
            step: open.step, phase: open.phase)
    }

    private func frame(_ address: UInt32) -> FaultReport.Frame {
        FaultReport.Frame(address: address, symbol: symbols.describe(address))
    }

    /// LR holds a return address, or in a handler the kind of its return.
    private func linkFrame(_ lr: UInt32) -> FaultReport.Frame {
        guard let exit = ExceptionReturn(lr) else { return frame(lr & ~1) }
        let target = exit.toHandler ? "handler" : "thread"
        let stack = exit.usesProcessStack ? "process" : "main"
        return FaultReport.Frame(
            address: lr, symbol: "exception return to \(target) mode, \(stack) stack")
    }

    /// First address above the memory that a stack pointer points into.
    private func stackEnd(_ pointer: UInt32) -> UInt32 {
        if let top = ledger.mainTop, pointer <= top { return top }
        guard let memory = boardMemory(at: pointer) else { return pointer }
        return memory.origin.advancedClamped(by: memory.lengthBytes)
    }

    private func registerDump(pc: UInt32) -> [(name: String, value: UInt32)] {
        var result = (0...12).map { ("r\($0)", engine.coreRegister($0)) }
        result += [
            ("sp", engine.coreRegister(13)), ("lr", engine.coreRegister(14)), ("pc", pc),
            ("xpsr", engine[.xpsr]), ("msp", engine[.msp]), ("psp", engine[.psp]),
            ("control", engine[.control]),
        ]
        return result
    }

    /// "is in flash", "is not mapped", …
    func placement(of address: UInt32) -> String {
        if let memory = boardMemory(at: address) { return "is in \(memory.name)" }
        if let range = board.peripherals.first(where: { address &- $0.origin < $0.lengthBytes }) {
            return "is in the peripheral range \(range.name)"
        }
        if (0xE000_0000..<0xE010_0000).contains(address) {
            return "is in the core's private peripherals"
        }
        let near = board.memories.filter { $0.kind != .flash }.first {
            let end = UInt64($0.origin) + UInt64($0.lengthBytes)
            return UInt64(address) >= end && UInt64(address) < end + 0x1000
                || address < $0.origin && $0.origin - address <= 0x1000
        }
        guard let near else { return "is not mapped" }
        let end = near.origin.advancedClamped(by: near.lengthBytes)
        return address < near.origin
            ? "is not mapped, \(near.origin - address) B below the start of \(near.name)"
            : "is not mapped, \(address - end) B past the end of \(near.name)"
    }

    /// Instruction fetch where nothing can be executed. The architecture's execute-never regions give
    /// MemManage whether an MPU is on or not (ARMv7-M ARM B3.1, table B3-1).
    func fetchFault(at address: UInt32) -> RaisedFault {
        let isExecuteNever =
            (0x4000_0000..<0x6000_0000).contains(address) || address >= 0xA000_0000
        if isExecuteNever {
            return RaisedFault(
                exception: ExceptionNumber.memManage, cfsr: FaultStatus.CFSR.iaccviol,
                cause: "instruction fetch from \(hex(address)), an execute-never region")
        }
        return RaisedFault(
            exception: ExceptionNumber.busFault, cfsr: FaultStatus.CFSR.ibuserr,
            cause: "instruction fetch from \(hex(address)), which \(placement(of: address))"
                + (boardMemory(at: address)?.isExecutable == false ? " and holds data only" : ""))
    }

    /// A load or store that memory refused, at the instruction that made it.
    func raise(_ access: MemoryFault) {
        let isWrite: Bool
        switch access.kind {
        case .unmappedWrite, .protectedWrite, .refusedWrite: isWrite = true
        case .unmappedRead, .protectedRead, .refusedRead: isWrite = false
        }
        var address = engine.pc
        if let (run, index) = locateAccess(access.address, isWrite: isWrite),
            let found = code[run.block]?.instructions[safe: index]?.address
        {
            address = found
            truncateBlock(at: found)
        }
        let verb = isWrite ? "store" : "load"
        var reason = "which \(placement(of: access.address))"
        if access.kind == .protectedWrite { reason += " and cannot be written" }
        if access.kind == .refusedRead || access.kind == .refusedWrite {
            reason = "which unprivileged code may not access"
        }
        if let refusal = flash?.refusal {
            reason = access.kind == .protectedWrite ? "\(reason): \(refusal)" : refusal
            flash?.refusal = nil
        }
        engine.pc = address
        raise(
            RaisedFault(
                exception: ExceptionNumber.busFault, cfsr: FaultStatus.CFSR.preciserr,
                address: access.address,
                cause: "precise data bus error: \(verb) of \(access.size) bytes at "
                    + "\(hex(access.address)), \(reason)"),
            at: address)
    }

    /// The main stack went below the data under it: data is about to be overwritten.
    func reportStackOverflow(lowest: UInt32) {
        let limit = ledger.mainStackLimit(symbols: symbols) ?? lowest
        let victim =
            symbols.lastObject(in: lowest..<max(limit, lowest + 1))
            ?? symbols.object(at: limit &- 1)
        let into = victim?.name ?? (ledger.heapEnd == limit ? "the heap" : "static data")
        let function = symbols.function(at: engine.pc)?.name ?? hex(engine.pc)
        var cause = "stack crossed into \(into) by \(limit &- lowest) B in \(function)()"
        if let step = markers.currentStep { cause += ", step \(step)" }
        if let phase = markers.currentPhase { cause += ", \(phase)" }
        finishOutsideArchitecture("stack overflow", cause: cause, at: engine.pc)
    }
}

extension FaultStatus {
    init(cfsr: UInt32, hfsr: UInt32) {
        self.init()
        self.cfsr = cfsr
        self.hfsr = hfsr
    }
}
