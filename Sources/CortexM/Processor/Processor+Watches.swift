// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA

extension Processor {
    /// Functions that move the end of the heap, and the register that holds their increment.
    static let sbrkNames = [("_sbrk", 0), ("sbrk", 0), ("_sbrk_r", 1), ("__sbrk", 0)]
    /// More passages than anyone reads; a warning tells that there were more.
    static let mostPassages = 1 << 20

    func installWatches() throws(MachineError) {
        func resolve(_ name: String, _ option: String) throws(MachineError) -> UInt32 {
            guard let address = symbols.address(of: name) else {
                throw .unknownSymbol(name: name, option: option)
            }
            return address
        }
        if let name = configuration.untilSymbol { watches.until = try resolve(name, "--until") }
        if let name = configuration.stepSymbol { watches.step = try resolve(name, "--step-symbol") }
        for region in configuration.regions {
            watches.regions.append(
                SymbolWatches.Region(
                    name: region.name, from: try resolve(region.from, "--region"),
                    to: try resolve(region.to, "--region")))
        }
        for (name, register) in Self.sbrkNames {
            if let address = symbols.address(of: name) { watches.sbrk[address] = register }
        }
        // `_sbrk_r` ends in `_sbrk`: follow the inner one alone where there are both.
        if let reentrant = symbols.address(of: "_sbrk_r"), watches.sbrk.count > 1 {
            watches.sbrk[reentrant] = nil
        }
        for region in watches.regions {
            try probe(region.from)
            try probe(region.to)
        }
        for address in configuration.operationStarts.keys.sorted()
        where address & 1 == 0 && engine.isMapped(address, length: 2) {
            try probe(address)
        }
        for address in [watches.until, watches.step].compactMap({ $0 }) { try probe(address) }
        for address in watches.sbrk.keys.sorted() where engine.isMapped(address, length: 2) {
            try probe(address)
        }
    }

    private func probe(_ address: UInt32) throws(MachineError) {
        guard watches.probed.insert(address).inserted else { return }
        do { try engine.addProbe(at: address) } catch { throw .engine("\(error)") }
    }

    func reached(instruction address: UInt32, probe: Bool, supervised: SupervisedKinds) {
        guard outcome == nil else { return }
        if probe { passedProbe(address) }
        if outcome == nil, !supervised.isEmpty { supervise(address, supervised) }
    }

    /// Totals just before the instruction at `address` of the running block.
    func countersNow(at address: UInt32) -> Counters { Counters(exactCountersNow(at: address)) }

    private func exactCountersNow(at address: UInt32) -> ExecutionCounters {
        guard let run = engine.currentBlock, let block = code[run.block],
            let index = block.instructions.firstIndex(where: { $0.address == address })
        else { return engine.countersAtBlockEntry }
        return exactCounters(before: index, in: run)
    }

    private func passedProbe(_ address: UInt32) {
        let exact = exactCountersNow(at: address)
        let now = Counters(exact)
        finishCalls(at: address, now)
        for index in watches.regions.indices { passRegion(index, address, now) }
        if let operation = configuration.operationStarts[address] {
            markers.beginOperation(operation, at: now)
        }
        if address == watches.step { enterStep(now) }
        if configuration.stepSymbol != nil { profiler?.marked(markers, at: exact.ticks) }
        if let register = watches.sbrk[address] {
            watchReturn(.sbrk(increment: Int32(bitPattern: engine.coreRegister(register))))
        }
        if address == watches.until {
            finish(.untilReached)
            engine.stopBeforeInstruction()
        }
    }

    private func passRegion(_ index: Int, _ address: UInt32, _ now: Counters) {
        let region = watches.regions[index]
        // A region may end where it begins: each passage ends and starts another.
        if address == region.to, let start = region.start {
            if watches.measured.count < Self.mostPassages {
                watches.measured.append(
                    RegionMeasurement(
                        name: region.name, index: region.passages, counters: now - start))
            } else {
                warnings.add(
                    "more than \(Self.mostPassages) passages through regions; the rest is not listed"
                )
            }
            watches.regions[index].passages += 1
            watches.regions[index].start = nil
        }
        if address == region.from { watches.regions[index].start = now }
    }

    private func enterStep(_ now: Counters) {
        // A call inside the step is part of it.
        guard !watches.calls.contains(where: { $0.purpose == .step }) else { return }
        foldStacks()
        markers.beginStep(watches.nextStepIndex, at: now)
        ledger.beginStep()
        watches.nextStepIndex += 1
        watchReturn(.step)
    }

    /// Watches for the return of the function that is being entered.
    private func watchReturn(_ purpose: SymbolWatches.Call.Purpose) {
        let target = engine.coreRegister(14) & ~1
        // An exception handler returns to EXC_RETURN, where nothing can be probed.
        let isHandler = ExceptionReturn(target | 1) != nil
        guard isHandler || engine.isMapped(target, length: 2) else { return }
        if watches.calls.count >= SymbolWatches.deepestCalls { watches.calls.removeFirst() }
        watches.calls.append(
            SymbolWatches.Call(
                purpose: purpose, returnAddress: target, stackPointer: engine.coreRegister(13)))
        guard !isHandler else { return }
        guard watches.probed.insert(target).inserted else { return }
        do { try engine.addProbe(at: target) } catch {
            warnings.add("the return to \(hex(target)) cannot be observed: \(error)")
        }
    }

    func finishCalls(at address: UInt32, _ now: Counters) {
        let stackPointer = engine.coreRegister(13)
        while let index = watches.calls.lastIndex(where: {
            $0.returnAddress == address && stackPointer >= $0.stackPointer
        }) {
            let call = watches.calls[index]
            // What was called inside and never came back (longjmp) ends with it.
            watches.calls.removeSubrange(index...)
            switch call.purpose {
            case .step:
                foldStacks()
                _ = markers.endStep(nil, at: now, peak: ledger.stepPeakBytes)
            case .sbrk(let increment):
                let old = engine.coreRegister(0)
                guard old != .max else { continue }
                foldStacks()
                ledger.heapMoved(old: old, increment: increment)
                foldStacks()
                updateStackLimit()
            }
        }
    }
}
