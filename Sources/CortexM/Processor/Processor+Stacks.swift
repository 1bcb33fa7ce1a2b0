// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation

extension Processor {
    /// Follows stack pointers that exception entry moves, which no block shows.
    func noteStackPointer(_ pointer: UInt32) {
        if activeException == 0, engine[.control] & 2 != 0 {
            ledger.processTop = max(ledger.processTop ?? 0, pointer)
            processFrameLow = min(processFrameLow, pointer)
        } else {
            mainFrameLow = min(mainFrameLow, pointer)
        }
    }

    /// Closes the ledger's interval with the depths that the engine followed.
    func foldStacks() {
        let main = min(engine.lowestMainStack ?? .max, mainFrameLow)
        let process = min(engine.lowestProcessStack ?? .max, processFrameLow)
        ledger.fold(
            mainLow: main == .max ? nil : main, processLow: process == .max ? nil : process)
        mainFrameLow = .max
        processFrameLow = .max
        engine.resetStackDepths()
    }

    /// Gives the engine the address below which the main stack must not go.
    func updateStackLimit() {
        engine.mainStackLimit = ledger.mainStackLimit(symbols: symbols)
    }

    /// The firmware set SP outright: start-up code moves the main stack, longjmp unwinds it.
    func stackPointerWasSet() {
        guard activeException != 0 || engine[.control] & 2 == 0 else { return }
        let pointer = engine.coreRegister(13)
        guard let top = ledger.mainTop, boardMemory(at: pointer &- 1) != nil else { return }
        let limit = ledger.mainStackLimit(symbols: symbols) ?? 0
        guard pointer > top || pointer < limit else { return }
        foldStacks()
        ledger.mainTop = pointer
        updateStackLimit()
        engine.resetStackDepths()
    }
}
