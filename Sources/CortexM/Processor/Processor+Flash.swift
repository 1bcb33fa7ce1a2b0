// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA

extension Processor: ReadOnlyStoreHandler {
    /// A store of the program to memory that only a flash controller can change.
    func store(address: UInt32, size: Int, value: UInt64) -> Bool {
        guard let (offset, isAlias) = flash?.offset(of: address) else { return false }
        // If the store faults, it is looked for once more.
        let located = lastAccess
        let now = flashTime(at: address)
        let effect = flash?.controller.store(
            FlashStore(offset: offset, size: size, value: value, isThroughAlias: isAlias))
        let isDone = carryOut(effect ?? .none, at: now, by: "store of \(size) bytes to flash")
        if !isDone { lastAccess = located }
        return isDone
    }

    /// Whether the flash's controller answers for this register.
    func isFlashRegister(_ address: UInt32) -> Bool {
        flash?.registers.contains(address) ?? false
    }

    /// Nil for a register without a model.
    func readFlashRegister(_ address: UInt32, size: Int) -> UInt32? {
        guard let base = flash?.registers.lowerBound else { return nil }
        let now = flashTime(at: address, isWrite: false)
        let isBusy = flash?.isBusy(at: now) ?? false
        let word = flash?.controller.read((address & ~3) - base, isBusy: isBusy)
        guard let word else { return nil }
        let shifted = word >> (8 * (address & 3))
        return size >= 4 ? shifted : shifted & (1 << UInt32(8 * size) - 1)
    }

    /// False for a register without a model.
    func writeFlashRegister(_ address: UInt32, size: Int, value: UInt32) -> Bool {
        guard let base = flash?.registers.lowerBound else { return false }
        let located = lastAccess
        let now = flashTime(at: address)
        let offset = (address & ~3) - base
        var word = value
        if size < 4 {
            // Lanes that are not written keep what they read.
            let shift = 8 * (address & 3)
            let mask: UInt32 = (1 << UInt32(8 * size) - 1) << shift
            guard let old = flash?.controller.read(offset, isBusy: false) else { return false }
            word = old & ~mask | value << shift & mask
        }
        guard let effect = flash?.controller.write(offset, word) else { return false }
        // Estimated: the bus holds a write to the controller until it is ready.
        let ready = flash?.waitUntilReady(at: now) ?? now
        if !carryOut(effect, at: ready, by: "write to the flash controller") {
            lastAccess = located
            engine.refuseAccess()
        }
        if flash?.stallCycles != 0 { engine.requestStop() }
        return true
    }

    /// Elapsed cycles at the access under way.
    private func flashTime(at address: UInt32, isWrite: Bool = true) -> UInt64 {
        countersAtAccess(address, isWrite: isWrite).cycles &+ sleepCycles
    }

    /// False for an access that gets a bus error.
    private func carryOut(_ effect: FlashEffect, at now: UInt64, by access: String) -> Bool {
        switch effect {
        case .none: break
        case .erase(let ranges, let microseconds):
            occupyFlash(microseconds, at: now)
            for range in ranges {
                change(range) { $0.update(repeating: 0xFF) }
            }
            flash?.countErase(sectors: ranges.count)
        case .program(let offset, let bytes, let microseconds):
            occupyFlash(microseconds, at: now)
            change(offset..<offset + UInt32(bytes.count)) { memory in
                for (index, byte) in bytes.enumerated() { memory[index] &= byte }
            }
            flash?.countProgram(bytes: bytes.count)
        case .ignored(let reason):
            let place = engine.currentBlock.flatMap { run in
                code[run.block]?.instructions[safe: lastAccess.index]?.address
            }
            let function = place.map { " at \(symbols.describe($0) ?? hex($0))" } ?? ""
            warnings.add("\(access)\(function) had no effect: \(reason)")
        case .busError(let reason):
            flash?.refusal = reason
            return false
        }
        return true
    }

    private func occupyFlash(_ microseconds: UInt64, at now: UInt64) {
        let runsThere = engine.currentBlock.map { flash?.offset(of: $0.address) != nil } ?? false
        flash?.occupy(microseconds: microseconds, at: now, stalls: runsThere)
        // At the next block's start code is brought in line, and the core charged.
        engine.requestStop()
    }

    private func change(
        _ range: Range<UInt32>, _ body: (UnsafeMutableBufferPointer<UInt8>) -> Void
    ) {
        guard let start = flash?.address(of: range.lowerBound) else { return }
        guard (try? engine.withMemory(at: start, count: range.count, body)) != nil else { return }
        flash?.changed.append(start..<start + UInt32(range.count))
    }

    /// Charges the core for waiting, and forgets code that is gone. Between runs of the engine.
    func settleFlash() {
        guard flash != nil else { return }
        if let stall = flash?.takeStall(), stall > 0 { engine.addCycles(stall) }
        guard let changed = flash?.changed, !changed.isEmpty else { return }
        flash?.changed = []
        for range in changed {
            engine.invalidateCode(at: range.lowerBound, length: range.count)
        }
    }
}
