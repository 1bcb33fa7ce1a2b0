// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// A mapped peripheral region; its address is what the callbacks get.
final class MMIOWindow {
    let origin: UInt32
    let lengthBytes: UInt64
    let handler: any MMIOHandler
    unowned let engine: Engine

    init(origin: UInt32, lengthBytes: UInt64, handler: any MMIOHandler, engine: Engine) {
        self.origin = origin
        self.lengthBytes = lengthBytes
        self.handler = handler
        self.engine = engine
    }

    static let read: uc_cb_mmio_read_t = { _, offset, size, window in
        guard let window else { return 0 }
        let this = Unmanaged<MMIOWindow>.fromOpaque(window).takeUnretainedValue()
        return UInt64(this.read(offset: UInt32(truncatingIfNeeded: offset), size: Int(size)))
    }

    static let write: uc_cb_mmio_write_t = { _, offset, size, value, window in
        guard let window else { return }
        let this = Unmanaged<MMIOWindow>.fromOpaque(window).takeUnretainedValue()
        this.write(
            offset: UInt32(truncatingIfNeeded: offset), size: Int(size),
            value: UInt32(truncatingIfNeeded: value))
    }

    private func read(offset: UInt32, size: Int) -> UInt32 {
        // After a fault inside an IT block the rest of the IT block still runs; it has no effect here.
        guard engine.pendingStop == nil else { return 0 }
        let address = origin &+ offset
        engine.access = MemoryFault(kind: .refusedRead, address: address, size: size)
        defer { engine.access = nil }
        return handler.read(address: address, size: size)
    }

    private func write(offset: UInt32, size: Int, value: UInt32) {
        guard engine.pendingStop == nil else { return }
        let address = origin &+ offset
        engine.access = MemoryFault(kind: .refusedWrite, address: address, size: size)
        defer { engine.access = nil }
        handler.write(address: address, size: size, value: value)
    }
}

extension Engine {
    /// Maps a peripheral region; the engine keeps the handler.
    package func mapMMIO(
        origin: UInt32, lengthBytes: UInt64, handler: any MMIOHandler
    ) throws(EmulationError) {
        try checkPlace("peripherals", origin, lengthBytes)
        let window = MMIOWindow(
            origin: origin, lengthBytes: lengthBytes, handler: handler, engine: self)
        windows.append(window)
        let context = Unmanaged.passUnretained(window).toOpaque()
        try check(
            uc_mmio_map(
                handle, UInt64(origin), Int(lengthBytes), MMIOWindow.read, context,
                MMIOWindow.write, context),
            "uc_mmio_map")
    }

    /// From an `MMIOHandler`: the access under way gets a bus error, and the run stops with it.
    package func refuseAccess() {
        guard let access else { return }
        stop(.memoryFault(access), keepingRegisters: true)
    }
}
