// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import ThumbISA

/// Finds the callers of a place in the code by looking through its stack.
///
/// C firmware carries no unwind tables, so this is a heuristic: a stack word is a return address when
/// it is odd, lies in executable code and follows a BL or BLX. A BL must also call the function that
/// the frame inside it belongs to, which discards most leftovers of earlier calls; a BLX through a
/// register cannot be checked.
struct CallStackScanner {
    static let mostFrames = 32
    static let mostWords = 4096

    let memory: any GuestMemory
    let symbols: SymbolMap

    /// Where a search of the stack stands.
    private struct Place {
        var inner: UInt32?
        var address: UInt32
        var end: UInt32
    }

    /// Return addresses, innermost first, starting with the caller of `pc`'s function. Below a handler
    /// stands the place that its exception interrupted.
    ///
    /// - Parameters:
    ///   - processStack: PSP, where handlers that interrupted thread mode may find the frame.
    ///   - stackEnd: First address above the stack that holds an address.
    func callers(
        pc: UInt32, lr: UInt32, sp: UInt32, processStack: UInt32, stackEnd: (UInt32) -> UInt32
    ) -> [UInt32] {
        var result: [UInt32] = []
        var place = Place(
            inner: symbols.function(at: pc)?.address, address: (sp &+ 3) & ~3, end: stackEnd(sp))
        // The link register still holds the caller when the function has not called anything.
        if let exit = ExceptionReturn(lr), isLeaf(pc) {
            follow(exit, frameAt: place.address, processStack, stackEnd, &place, &result)
        } else if let site = callSite(lr), plausible(site, calls: place.inner),
            symbols.function(at: lr & ~1)?.address != place.inner
        {
            result.append(lr & ~1)
            place.inner = symbols.function(at: lr & ~1)?.address
        }
        var words = 0
        while place.address < place.end, words < Self.mostWords, result.count < Self.mostFrames,
            let word = memory.word(at: place.address)
        {
            place.address &+= 4
            words += 1
            if let exit = ExceptionReturn(word) {
                // LR is pushed last: the exception's frame follows it.
                follow(exit, frameAt: place.address, processStack, stackEnd, &place, &result)
            } else if let site = callSite(word), plausible(site, calls: place.inner) {
                result.append(word & ~1)
                place.inner = symbols.function(at: word & ~1)?.address
            }
        }
        return result
    }

    /// Whether the function at `pc` has not saved LR: its first instructions up to `pc` push nothing.
    private func isLeaf(_ pc: UInt32) -> Bool {
        guard let start = symbols.function(at: pc)?.address, pc >= start,
            let bytes = memory.bytes(at: start, count: Int(min(pc - start, 64)))
        else { return true }
        return !InstructionSequence(bytes: bytes, address: start).contains {
            $0.instructionClass == .storeMultiple && $0.storeDataReads.contains(.lr)
                || $0.mnemonic == .str && $0.storeDataReads.contains(.lr)
        }
    }

    /// Goes on in the context that an exception interrupted.
    private func follow(
        _ exit: ExceptionReturn, frameAt address: UInt32, _ processStack: UInt32,
        _ stackEnd: (UInt32) -> UInt32, _ place: inout Place, _ result: inout [UInt32]
    ) {
        let frame = exit.usesProcessStack ? processStack : address
        guard let pc = memory.word(at: frame &+ 24), let lr = memory.word(at: frame &+ 20),
            symbols.function(at: pc) != nil
        else { return }
        result.append(pc & ~1)
        place = Place(
            inner: symbols.function(at: pc)?.address,
            address: frame &+ (exit.hasFloatFrame ? 0x68 : 0x20), end: stackEnd(frame))
        if let site = callSite(lr), plausible(site, calls: place.inner),
            symbols.function(at: lr & ~1)?.address != place.inner
        {
            result.append(lr & ~1)
            place.inner = symbols.function(at: lr & ~1)?.address
        }
    }

    private enum CallSite { case direct(target: UInt32), indirect }

    /// The call that returns to `value`, if it can be a return address.
    private func callSite(_ value: UInt32) -> CallSite? {
        let address = value & ~1
        guard value & 1 == 1, address >= 4, symbols.isExecutable(address),
            symbols.function(at: address) != nil,
            let first = memory.halfword(at: address - 4),
            let second = memory.halfword(at: address - 2)
        else { return nil }
        // BL, encoding T1 (ARMv7-M ARM A7.7.18).
        if first & 0xF800 == 0xF000, second & 0xD000 == 0xD000 {
            let s = first >> 10 & 1
            let i1 = ~(second >> 13 ^ s) & 1
            let i2 = ~(second >> 11 ^ s) & 1
            var offset = s << 24 | i1 << 23 | i2 << 22 | (first & 0x3FF) << 12
            offset |= (second & 0x7FF) << 1
            if s == 1 { offset |= 0xFE00_0000 }
            return .direct(target: address &+ offset)
        }
        // BLX register, encoding T1 (A7.7.19).
        return second & 0xFF87 == 0x4780 ? .indirect : nil
    }

    private func plausible(_ site: CallSite, calls inner: UInt32?) -> Bool {
        guard case .direct(let target) = site, let inner else { return true }
        // A veneer or a tail call may stand between: accept calls to functions without a name.
        guard let called = symbols.function(at: target) else { return true }
        return called.address == inner
    }
}
