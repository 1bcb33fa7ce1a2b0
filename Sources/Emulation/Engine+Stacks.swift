// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// The lowest address that each stack has reached; `UInt32.max` before its first use.
struct StackFloors {
    var main = UInt32.max
    var process = UInt32.max
    /// Which of the two `HookState.stackFloor` follows now.
    var isProcess = false
}

extension Engine {
    /// The lowest address below which the main stack has not gone, or nil when it was not used since
    /// `resetStackDepths()`.
    package var lowestMainStack: UInt32? {
        storeActiveFloor()
        return stackFloors.main == .max ? nil : stackFloors.main
    }

    package var lowestProcessStack: UInt32? {
        storeActiveFloor()
        return stackFloors.process == .max ? nil : stackFloors.process
    }

    /// Starts both over at the SP of this moment; what the running block still pushes is not seen.
    package func resetStackDepths() {
        stackFloors.main = .max
        stackFloors.process = .max
        state.pointee.stackFloor = .max
        noteStack(descent: 0)
    }

    func noteStack(descent: UInt32) {
        let lowest = coreRegister(13) &- descent
        if lowest < state.pointee.stackFloor { state.pointee.stackFloor = lowest }
    }

    private func storeActiveFloor() {
        if stackFloors.isProcess {
            stackFloors.process = state.pointee.stackFloor
        } else {
            stackFloors.main = state.pointee.stackFloor
        }
    }

    /// Follows the stack that IPSR and CONTROL select now.
    func refreshActiveStack() {
        storeActiveFloor()
        stackFloors.isProcess =
            readRaw(UC_ARM_REG_IPSR) & 0x1FF == 0 && readRaw(UC_ARM_REG_CONTROL) & 2 != 0
        state.pointee.stackFloor = stackFloors.isProcess ? stackFloors.process : stackFloors.main
    }
}
