// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// Why the engine is being stopped; the first reason of a run wins.
enum PendingStop: Equatable {
    case reason(StopReason)
    /// The block at this address must be translated again, with or without calls, and then entered.
    case translateAgain(UInt32)
    /// There are too many translations: all are dropped, and the block at this address entered.
    case dropTranslations(UInt32)
}

extension Engine {
    /// Address of the next instruction to execute, bit 0 clear.
    ///
    /// During a run: the block that was entered last, or in `ExecutionDelegate.reached` the instruction.
    /// Setting it to a new value between runs makes the next block one without predecessor.
    package var pc: UInt32 {
        get { programCounter }
        set {
            guard newValue & ~1 != programCounter else { return }
            programCounter = newValue & ~1
            resumedInstruction = nil
            forgetPredecessor()
        }
    }

    /// Executes from `pc` until something happens that the engine leaves to its caller.
    package func run() throws(EmulationError) -> StopReason {
        let outer = kl_fast_path_enter(fastPath)
        isRunning = true
        defer {
            isRunning = false
            kl_fast_path_enter(outer)
        }
        // Unicorn does not announce the very first translation.
        kl_mark_code(fastPath, UInt64(programCounter), 4)
        refreshActiveStack()
        while true {
            pendingStop = nil
            state.pointee.is_stopping = false
            starts += 1
            let code = uc_emu_start(handle, UInt64(programCounter | 1), 0, 0, 0)
            switch pendingStop {
            case .translateAgain(let address):
                programCounter = address
                try translateAgain(address)
            case .dropTranslations(let address):
                programCounter = address
                try dropTranslations()
            case .reason(let reason):
                finish(reason)
                return reason
            case nil:
                // The two ways out that no callback announces.
                programCounter = readRaw(UC_ARM_REG_PC)
                if code == UC_ERR_FETCH_UNMAPPED || code == UC_ERR_FETCH_PROT {
                    return .fetchFault(pc: programCounter)
                }
                try check(code, "uc_emu_start")
                return .waitForInterrupt
            }
        }
    }

    private func finish(_ reason: StopReason) {
        if let keptRegisters {
            restore(keptRegisters)
            self.keptRegisters = nil
        }
        switch reason {
        case .event, .memoryFault, .stackLimit: break
        case .requested: stopIsRequested = false
        case .instruction(let pc):
            programCounter = pc
            resumedInstruction = pc
        case .supervisorCall, .waitForEvent, .yield: break
        case .breakpoint(let pc), .fetchFault(let pc), .invalidState(let pc),
            .undefinedInstruction(let pc), .noCoprocessor(let pc),
            .unexpectedException(_, let pc):
            programCounter = pc
        case .exceptionReturn(let value): programCounter = value & ~1
        case .waitForInterrupt: break
        }
    }

    /// From an `MMIOHandler` or the delegate: ends the run before the next block. Never replays a store.
    package func requestStop() {
        stopIsRequested = true
        state.pointee.previous |= UInt32(KL_SETTLE)
    }

    /// From `ExecutionDelegate.reached`: ends the run with this instruction not executed. In the middle
    /// of an IT block Unicorn goes on to the block's end; registers are put back, memory is not.
    package func stopBeforeInstruction() {
        stop(.instruction(pc: programCounter), keepingRegisters: true)
    }

    func stop(_ reason: StopReason, keepingRegisters: Bool = false) {
        stop(.reason(reason), keepingRegisters: keepingRegisters)
    }

    func stop(_ stop: PendingStop, keepingRegisters: Bool = false) {
        guard pendingStop == nil, isRunning else { return }
        pendingStop = stop
        if keepingRegisters { keptRegisters = registersNow() }
        state.pointee.is_stopping = true
        state.pointee.previous |= UInt32(KL_SETTLE)
        uc_emu_stop(handle)
    }

    // MARK: Callbacks

    func raised(_ number: UInt32) {
        let pc = readRaw(UC_ARM_REG_PC)
        switch number {
        case 2:
            programCounter = pc
            stop(.supervisorCall)
        case 3 where pc >= 0xFFFF_FFE0: stop(.exceptionReturn(pc | 1))
        case 3: stop(.fetchFault(pc: pc))
        case 7: stop(.breakpoint(pc: pc))
        case 8: stop(.exceptionReturn(pc | 1))
        case 17: stop(.noCoprocessor(pc: pc))
        default: stop(.unexpectedException(number: number, pc: pc))
        }
    }

    /// UDF, WFE, YIELD and a cleared Thumb bit all arrive here; what stands in memory tells which.
    func metInvalidInstruction() {
        let pc = readRaw(UC_ARM_REG_PC)
        guard readRaw(UC_ARM_REG_XPSR) & 1 << 24 != 0 else {
            stop(.invalidState(pc: pc))
            return
        }
        if let hint = hintBefore(pc) {
            programCounter = pc
            stop(hint)
        } else {
            stop(.undefinedInstruction(pc: pc))
        }
    }

    /// WFE or YIELD that ends the running block at `pc`; an undefined instruction has PC on itself.
    private func hintBefore(_ pc: UInt32) -> StopReason? {
        guard let block = currentRecord, pc == block.address &+ UInt32(block.bytes.count),
            let before = try? read16(pc &- 2)
        else { return nil }
        if before == 0xBF20 { return .waitForEvent }
        if before == 0xBF10 { return .yield }
        guard let first = try? read16(pc &- 4), first & 0xFFF0 == 0xF3A0 else { return nil }
        if before == 0x8002 { return .waitForEvent }
        return before == 0x8001 ? .yield : nil
    }

    /// True when the program goes on as if nothing had happened; Unicorn then drops the store.
    func accessFailed(_ type: uc_mem_type, address: UInt32, size: Int, value: UInt64) -> Bool {
        if type == UC_MEM_WRITE_PROT, pendingStop == nil, let readOnlyStoreHandler,
            readOnlyStoreHandler.store(address: address, size: size, value: value)
        {
            return true
        }
        let kind: MemoryFault.Kind
        switch type {
        case UC_MEM_READ_UNMAPPED: kind = .unmappedRead
        case UC_MEM_WRITE_UNMAPPED: kind = .unmappedWrite
        case UC_MEM_WRITE_PROT: kind = .protectedWrite
        default: kind = .protectedRead
        }
        stop(
            .memoryFault(MemoryFault(kind: kind, address: address, size: size)),
            keepingRegisters: true)
        return false
    }
}
