// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import TestSupport
import Testing

@Suite("Profile of random programs")
struct RandomProfileTests {
    /// Functions that call later ones in every way there is, and what that comes to.
    private struct Program {
        enum Call {
            case direct(Int)
            case pointer(Int)
            case conditional(Int, isMade: Bool)
        }
        struct Body {
            var calls: [Call] = []
            var tail: Int?
            var tailIsDirect = true
        }

        var bodies: [Body] = []
        /// Calls by stack, "reset;f0;f3".
        var expected: [String: UInt64] = ["reset": 1]

        init(seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            let count = 9
            for index in 0..<count {
                var body = Body()
                let later = index + 1..<count
                for _ in 0..<(later.isEmpty ? 0 : Int.random(in: 0...3, using: &random)) {
                    let callee = Int.random(in: later, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: body.calls.append(.pointer(callee))
                    case 1:
                        body.calls.append(
                            .conditional(callee, isMade: Bool.random(using: &random)))
                    default: body.calls.append(.direct(callee))
                    }
                }
                if !later.isEmpty, Int.random(in: 0..<3, using: &random) == 0 {
                    body.tail = Int.random(in: later, using: &random)
                    body.tailIsDirect = Bool.random(using: &random)
                }
                bodies.append(body)
            }
            enter(0, "reset")
            enter(1, "reset")
        }

        private mutating func enter(_ function: Int, _ caller: String) {
            let path = "\(caller);f\(function)"
            expected[path, default: 0] += 1
            for call in bodies[function].calls {
                switch call {
                case .direct(let callee), .pointer(let callee),
                    .conditional(let callee, isMade: true):
                    enter(callee, path)
                case .conditional: break
                }
            }
            if let tail = bodies[function].tail { enter(tail, caller) }
        }

        var source: String {
            bodies.enumerated().map { index, body in
                let calls = body.calls.map { call in
                    switch call {
                    case .direct(let callee): "bl f\(callee)\n"
                    case .pointer(let callee): "ldr r3, =f\(callee) + 1\nblx r3\n"
                    case .conditional(let callee, let isMade):
                        "movs r4, #\(isMade ? 1 : 0)\ncmp r4, #1\nit eq\nbleq f\(callee)\n"
                    }
                }.joined()
                guard let tail = body.tail else {
                    return body.calls.isEmpty && index % 2 == 0
                        ? "f\(index): nop\nbx lr\n"
                        : "f\(index): push {r4, lr}\n\(calls)pop {r4, pc}\n"
                }
                let jump = body.tailIsDirect ? "b f\(tail)" : "ldr r3, =f\(tail) + 1\nbx r3"
                return "f\(index): push {r4, lr}\n\(calls)pop {r4, lr}\n\(jump)\n"
            }.joined()
        }
    }

    /// SysTick every 101 cycles, whose handler calls a function of its own.
    private static let tick = """
        ldr r0, =0xE000E014
        movs r1, #100
        str r1, [r0]
        ldr r0, =0xE000E010
        movs r1, #7
        str r1, [r0]

        """

    @Test("should count every call of every stack", arguments: 1...8, [false, true])
    func calls(seed: Int, isInterrupted: Bool) throws {
        let program = Program(seed: UInt64(seed))
        let run = try ProfileTests.profile(
            "reset: \(isInterrupted ? Self.tick : "nop\n")bl f0\nbl f1\nb done\n.ltorg\n"
                + program.source + ".ltorg\n"
                + "on_tick: push {r3, lr}\nbl tock\npop {r3, pc}\ntock: bx lr",
            handlers: [15: "on_tick"])
        var calls: [String: UInt64] = [:]
        var names: [String] = []
        for node in run.profile.nodes {
            let name = run.profile.functions[node.function].name
            names.append(node.parent.map { "\(names[$0]);\(name)" } ?? name)
            if node.calls > 0 { calls[names[names.count - 1]] = node.calls }
        }
        calls["done"] = nil
        let handler = ["[SysTick]", "[SysTick];on_tick", "[SysTick];on_tick;tock"]
        let ticks = handler.map { calls.removeValue(forKey: $0) }
        #expect(calls == program.expected)
        #expect(isInterrupted || ticks == [nil, nil, nil])
        if isInterrupted, let entered = ticks[0] {
            // The run may end within the last one.
            #expect((entered - 1...entered).contains(ticks[2] ?? 0))
        }
    }
}
