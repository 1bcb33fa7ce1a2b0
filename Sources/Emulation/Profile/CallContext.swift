// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// The functions that one thread or exception handler is in.
final class CallContext {
    let isHandler: Bool
    let frames: UnsafeMutablePointer<kl_frame>
    /// As in `kl_profile`, while the context does not run.
    var top: UInt32 = 0
    var exit = UInt32(KL_EXIT_START)
    var end: UInt32 = 0
    var function: UInt32 = 0
    var movesStack = false
    var mayFallThrough = false
    /// SP when the context began or was put on another stack.
    var base: UInt32
    var usesProcessStack: Bool
    /// Where it goes on, and SP then; nil while it runs, and where only SP's new value was seen.
    var suspended: (pc: UInt32, stack: UInt32)?

    init(isHandler: Bool, root: UInt32 = 0, base: UInt32 = .max, usesProcessStack: Bool = false) {
        self.isHandler = isHandler
        self.base = base
        self.usesProcessStack = usesProcessStack
        frames = .allocate(capacity: Int(KL_MOST_FRAMES))
        frames.initialize(repeating: kl_frame(), count: Int(KL_MOST_FRAMES))
        begin(root: root)
    }

    func deallocate() { frames.deallocate() }

    /// Forgets all calls.
    func begin(root: UInt32) {
        frames[0] = kl_frame(
            node: root, function: CallProfile.rootFunction,
            return_address: UInt32(KL_NO_RETURN), stack: KL_VACANT)
        top = 0
        exit = UInt32(KL_EXIT_START)
        function = CallProfile.rootFunction
        movesStack = false
        mayFallThrough = false
        suspended = nil
    }

    /// Whether the context's stack, as far as it is in use, has `stack` in it.
    func contains(_ stack: UInt32) -> Bool {
        let entry = frames[Int(top)].stack
        let low = suspended?.stack ?? (entry == KL_VACANT ? base : entry)
        return low <= stack && stack <= base
    }
}

extension CallProfile {
    /// The program starts over, with SP at `stack`.
    package func restart(stack: UInt32) {
        settle()
        idleHandlers += handlers
        handlers = []
        threads.forEach { $0.deallocate() }
        let main = CallContext(isHandler: false, base: stack)
        threads = [main]
        current = main
        load()
    }

    /// Before the state of the running context is stacked: it goes on at `pc`, with SP as it is now.
    package func suspend(pc: UInt32) {
        settle()
        save()
        current.suspended = (pc, engine.coreRegister(13))
    }

    /// A handler begins; all that it does counts under `root`. The context before it was suspended.
    package func enterHandler(root: UInt32) {
        // `suspend` has saved it; by now the engine has forgotten how its last block was left.
        let handler = idleHandlers.popLast() ?? CallContext(isHandler: true)
        handler.begin(root: kl_child(profile, 0, root))
        profile.pointee.nodes[Int(handler.frames[0].node)].calls &+= 1
        handlers.append(handler)
        current = handler
        load()
        takePendingTicks()
    }

    /// The innermost handler is left: for another one, or for what was suspended.
    package func leaveHandler() {
        settle()
        guard let handler = handlers.popLast() else { return }
        kl_set_top(profile, 0)
        takePendingTicks()
        idleHandlers.append(handler)
        current = handlers.last ?? runningThread
        load()
    }

    /// The thread that ran last.
    private var runningThread: CallContext { threads[threads.count - 1] }

    private func takePendingTicks() {
        profile.pointee.nodes[Int(profile.pointee.node)].ticks &+= pendingTicks
        pendingTicks = 0
    }

    /// An exception returned to `pc`, with SP and mode as they are now: to the context it interrupted, or
    /// to another one when the handler changed the stack.
    package func resume(pc: UInt32, inHandler: Bool, usesProcessStack: Bool) {
        let stack = engine.coreRegister(13)
        if !inHandler {
            while !handlers.isEmpty { leaveHandler() }
            if let thread = thread(pc: pc, stack: stack, usesProcessStack) {
                activate(thread)
            } else {
                activate(newThread(base: stack, usesProcessStack))
            }
        }
        // How its last block was left: the new PC has made the engine forget it.
        load()
        if let suspended = current.suspended, suspended.pc != pc || suspended.stack != stack {
            profile.pointee.exit = UInt32(KL_EXIT_RESUMED)
        }
        current.suspended = nil
    }

    private func thread(pc: UInt32, stack: UInt32, _ usesProcessStack: Bool) -> CallContext? {
        let candidates = threads.reversed().filter { $0.usesProcessStack == usesProcessStack }
        return candidates.first { $0.suspended?.stack == stack && $0.suspended?.pc == pc }
            ?? candidates.first { $0.suspended?.stack == stack }
            ?? candidates.first { $0.contains(stack) }
    }

    private func newThread(base: UInt32, _ usesProcessStack: Bool) -> CallContext {
        if threads.count >= Self.mostThreads {
            // The one that has not run for the longest time.
            threads.removeFirst().deallocate()
        }
        let thread = CallContext(
            isHandler: false, base: base, usesProcessStack: usesProcessStack)
        threads.append(thread)
        return thread
    }

    static let mostThreads = 64

    /// Makes a thread the running one, and the last of the list.
    private func activate(_ thread: CallContext) {
        guard thread !== current else { return }
        settle()
        save()
        threads.removeAll { $0 === thread }
        threads.append(thread)
        current = thread
        load()
    }

    /// SP was set outright to somewhere else; the block at `address` is entered.
    func stackMoved(_ address: UInt32) {
        guard !current.isHandler else { return }
        let stack = engine.coreRegister(13)
        let usesProcessStack = engine.stackFloors.isProcess
        let frames = profile.pointee.frames
        let top = Int(profile.pointee.top)
        let fallsThrough =
            profile.pointee.may_fall_through && address == profile.pointee.end
        let isJump = profile.pointee.exit == UInt32(KL_EXIT_INDIRECT) && !fallsThrough
        guard isJump, let frames else {
            // The function goes on, on another stack: its frames can be told by return address only.
            for index in 1..<max(1, top + 1) { frames?[index].stack = UInt32(KL_ANY_STACK) }
            current.base = stack
            current.usesProcessStack = usesProcessStack
            return
        }
        let returns = (1..<max(1, top + 1)).contains {
            frames[$0].return_address == address && frames[$0].stack <= stack
        }
        let entry = frames[top].stack
        let isUnwinding =
            usesProcessStack == current.usesProcessStack && entry <= stack && stack <= current.base
        if returns || isUnwinding { return }
        save()
        for thread in threads.reversed() where thread !== current {
            guard
                let frame = (1..<max(1, Int(thread.top) + 1)).last(where: {
                    thread.frames[$0].return_address == address
                        && thread.frames[$0].stack == stack
                })
            else { continue }
            activate(thread)
            kl_set_top(profile, UInt32(frame - 1))
            profile.pointee.exit = UInt32(KL_EXIT_THROUGH)
            return
        }
        let known = threads.last {
            $0 !== current && $0.usesProcessStack == usesProcessStack && $0.contains(stack)
        }
        activate(known ?? newThread(base: stack, usesProcessStack))
        if known != nil { profile.pointee.exit = UInt32(KL_EXIT_INDIRECT) }
    }

    private func save() {
        current.top = profile.pointee.top
        current.exit = profile.pointee.exit
        current.end = profile.pointee.end
        current.function = profile.pointee.function
        current.movesStack = profile.pointee.moves_stack
        current.mayFallThrough = profile.pointee.may_fall_through
        profile.pointee.is_spanning = false
    }

    private func load() {
        profile.pointee.frames = current.frames
        profile.pointee.is_spanning = false
        profile.pointee.exit = current.exit
        profile.pointee.end = current.end
        profile.pointee.function = current.function
        profile.pointee.moves_stack = current.movesStack
        profile.pointee.may_fall_through = current.mayFallThrough
        kl_set_top(profile, current.top)
    }
}
