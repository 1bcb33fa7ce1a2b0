// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// The lowest address that each stack has reached; `UInt32.max` before its first use.
struct StackFloors {
    var main = UInt32.max
    var process = UInt32.max
    /// Which of the two `kl_state.stack_floor` follows now.
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
        state.pointee.stack_floor = .max
        noteStack(descent: 0)
    }

    func noteStack(descent: UInt32) {
        let lowest = coreRegister(13) &- descent
        if lowest < state.pointee.stack_floor { state.pointee.stack_floor = lowest }
    }

    /// Stops before the block just charged when it takes the main stack below `mainStackLimit`.
    ///
    /// Only a step down from above or near the limit counts: start-up code may move SP elsewhere.
    func checkStackLimit(descent: UInt32, floorBefore: UInt32, at address: UInt32) {
        guard let limit = mainStackLimit, !stackFloors.isProcess, floorBefore >= limit else {
            return
        }
        let stackPointer = coreRegister(13)
        let lowest = stackPointer &- descent
        guard lowest < limit, UInt64(stackPointer) + Self.largestFrameBytes >= UInt64(limit) else {
            return
        }
        programCounter = address
        stop(.stackLimit(lowest: lowest))
    }

    /// How far below the limit an unchecked `sub sp, register` may have taken SP in one step.
    private static let largestFrameBytes: UInt64 = 4096

    private func storeActiveFloor() {
        if stackFloors.isProcess {
            stackFloors.process = state.pointee.stack_floor
        } else {
            stackFloors.main = state.pointee.stack_floor
        }
    }

    /// Follows the stack that IPSR and CONTROL select now.
    func refreshActiveStack() {
        storeActiveFloor()
        stackFloors.isProcess =
            readRaw(UC_ARM_REG_IPSR) & 0x1FF == 0 && readRaw(UC_ARM_REG_CONTROL) & 2 != 0
        state.pointee.stack_floor = stackFloors.isProcess ? stackFloors.process : stackFloors.main
        if isRunning, state.pointee.stack_floor == .max { noteStack(descent: 0) }
    }
}
