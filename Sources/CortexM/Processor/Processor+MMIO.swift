// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation

/// Sends the engine's register accesses to the processor without keeping it alive.
final class RegisterWindow: MMIOHandler {
    weak var processor: Processor?

    init(_ processor: Processor) { self.processor = processor }

    func read(address: UInt32, size: Int) -> UInt32 {
        processor?.readRegister(address, size: size) ?? 0
    }

    func write(address: UInt32, size: Int, value: UInt32) {
        processor?.writeRegister(address, size: size, value: value)
    }
}

extension Processor {
    /// Bit-band alias of SRAM and of peripherals: one word for each bit of the first megabyte
    /// (ARMv7-M ARM B3.1, Cortex-M4 TRM 3.7).
    static let bitBands: [(alias: UInt32, target: UInt32)] = [
        (0x2200_0000, 0x2000_0000), (0x4200_0000, 0x4000_0000),
    ]
    static let bitBandLength: UInt32 = 0x0200_0000

    func mapRegisters() throws(EmulationError) {
        let window = RegisterWindow(self)
        try engine.mapMMIO(origin: 0xE000_0000, lengthBytes: 0x10_0000, handler: window)
        for range in board.peripherals {
            try engine.mapMMIO(
                origin: range.origin, lengthBytes: UInt64(range.lengthBytes), handler: window)
        }
        if board.hasBitBand, boardMemory(at: 0x2200_0000) == nil {
            try engine.mapMMIO(
                origin: 0x2200_0000, lengthBytes: UInt64(Self.bitBandLength), handler: window)
        }
    }

    /// The byte and bit that a bit-band alias address stands for.
    private func bitBandTarget(_ address: UInt32) -> (byte: UInt32, bit: UInt32)? {
        guard board.hasBitBand,
            let band = Self.bitBands.first(where: { address &- $0.alias < Self.bitBandLength })
        else { return nil }
        let number = (address - band.alias) / 4
        return (band.target + number / 8, number % 8)
    }

    func readRegister(_ address: UInt32, size: Int) -> UInt32 {
        if let (byte, bit) = bitBandTarget(address) {
            let value =
                bytes(at: byte, count: 1).map { UInt32($0[0]) } ?? peripherals.read(byte, size: 1)
            return value >> bit & 1
        }
        guard address >= 0xE000_0000 else {
            if isFlashRegister(address), let value = readFlashRegister(address, size: size) {
                return value
            }
            return peripherals.read(address, size: size)
        }
        guard isAllowed(address) else {
            engine.refuseAccess()
            return 0
        }
        // An ITM port is polled before each write: its answer needs no time.
        if address < DebugUnits.dwtBase {
            return system.debug.readITM(address & ~3) ?? peripherals.read(address, size: size)
        }
        let context = accessContext(address, isWrite: false)
        let value: UInt32?
        if address < 0xE000_2000 {
            value = system.debug.readDWT(address & ~3, context)
        } else if (SystemControl.base..<SystemControl.end).contains(address) {
            if system.sysTick.advance(to: context.elapsedCycles) {
                system.exceptions.setPending(ExceptionNumber.sysTick, true)
                engine.requestStop()
            }
            if address & ~3 == 0xE000_EF34, engine[.control] & 4 != 0 {
                // The handler used the FPU: hardware would have stacked by now.
                return (system.fpccr & ~1) >> (8 * (address & 3))
            }
            value = system.read(address, size: size, context)
        } else {
            value = nil
        }
        return value ?? peripherals.read(address, size: size)
    }

    func writeRegister(_ address: UInt32, size: Int, value: UInt32) {
        if let (byte, bit) = bitBandTarget(address) {
            writeBit(value & 1, at: byte, bit: bit)
            return
        }
        guard address >= 0xE000_0000 else {
            if isFlashRegister(address), writeFlashRegister(address, size: size, value: value) {
                return
            }
            peripherals.write(address, size: size, value: value)
            transmit(address, value: value)
            return
        }
        guard isAllowed(address) else {
            engine.refuseAccess()
            return
        }
        let isKnown: Bool
        if address < DebugUnits.dwtBase {
            isKnown = writeITM(address, size: size, value: value)
        } else {
            let context = accessContext(address, isWrite: true)
            if address < 0xE000_2000 {
                isKnown = system.debug.writeDWT(address & ~3, value, context)
            } else if (SystemControl.base..<SystemControl.end).contains(address) {
                isKnown = system.write(address, size: size, value: value, context)
                maintainCaches(address, value: value)
                if system.effects.remove(.mpuEnabled) != nil {
                    warnings.add(
                        "the MPU was enabled; its regions are kept but protect nothing here")
                }
                if !system.effects.isEmpty { engine.requestStop() }
            } else {
                isKnown = false
            }
        }
        if !isKnown { peripherals.write(address, size: size, value: value) }
    }

    private func writeBit(_ value: UInt32, at byte: UInt32, bit: UInt32) {
        if let old = bytes(at: byte, count: 1) {
            let new = old[0] & ~(1 << UInt8(bit)) | UInt8(value) << UInt8(bit)
            if !store([new], at: byte) { engine.refuseAccess() }
        } else {
            let old = peripherals.read(byte, size: 1)
            peripherals.write(byte, size: 1, value: old & ~(1 << bit) | value << bit)
        }
    }

    /// Unprivileged code may only use the ITM's stimulus ports, and STIR when CCR.USERSETMPEND says so
    /// (ARMv7-M ARM B3.1.1).
    private func isAllowed(_ address: UInt32) -> Bool {
        if address < 0xE000_0080 || isPrivileged { return true }
        return address == 0xE000_EF00 && system.ccr & 1 << 1 != 0
    }

    private func writeITM(_ address: UInt32, size: Int, value: UInt32) -> Bool {
        guard address < 0xE000_0080 else { return system.debug.writeITM(address & ~3, value) }
        let port = Int(address - 0xE000_0000) / 4
        guard system.debug.isStimulusEnabled(port: port) else { return true }
        if port == 0 {
            emitConsole(Array(value.littleEndianBytes.prefix(size)))
        } else if port >= 24 {
            marker(port: port, size: size, value: value, address: address)
        } else {
            warnings.add("writes to ITM stimulus port \(port), which has no meaning here")
        }
        return true
    }

    private func marker(port: Int, size: Int, value: UInt32, address: UInt32) {
        let now = countersAtAccess(address, isWrite: true)
        if port == 24 || port == 25 { foldStacks() }
        let event = markers.write(
            port: port, value: value, size: size, at: now, peak: { ledger.stepPeakBytes })
        if event == .stepBegan { ledger.beginStep() }
        profiler?.marked(markers, at: ticksAtLastAccess)
    }

    func emitConsole(_ bytes: [UInt8]) { configuration.console?(bytes) }
}
