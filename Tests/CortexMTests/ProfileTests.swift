// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import TestSupport
import Testing

/// Runs up to the label `done`, whose own cycle is the refill of the branch to it. Cycles by the Cortex-M4's
/// rules: `bl`, `b` 1 and 1 for the refill at the target, `bx lr` 1 and 1, `bx r3`
/// 1 and 2, `push {lr}` 2, `pop {pc}` 2 and 3.
@Suite("Profile")
struct ProfileTests {
    static func profile(
        _ code: String, handlers: [Int: String] = [:],
        configure: (inout MachineConfiguration) -> Void = { _ in }
    ) throws -> ProfiledRun {
        try ProfiledRun(code + "\ndone: nop\n", handlers: handlers) {
            $0.untilSymbol = "done"
            configure(&$0)
        }
    }

    @Test("should give each function of nested calls its cycles")
    func nested() throws {
        let run = try Self.profile(
            """
            reset: nop
                bl outer
                nop
                b done
            outer: push {lr}
                bl inner
                bl inner
                pop {pc}
            inner: nop
                bx lr
            """)
        #expect(
            run.stacks == [
                "reset": sum(1, 1, 3, 1, 1), "reset;outer": sum(1, 2, 1, 1, 1, 1, 2),
                "reset;outer;inner": 2 * sum(1, 1, 1), "done": 1,
            ])
        #expect(run.calls("reset;outer;inner") == 2)
        #expect(run.calls("reset;outer") == 1)
    }

    @Test("should keep the levels of a recursion apart")
    func recursion() throws {
        let run = try Self.profile(
            """
            reset: movs r0, #3
                bl f
                b done
            f: push {lr}
                subs r0, #1
                cbz r0, 1f
                bl f
            1:  pop {pc}
            """)
        let way: UInt64 = sum(1, 2, 1, 1, 1)
        let back: UInt64 = sum(3, 2)
        #expect(
            run.stacks == [
                "reset": sum(1, 1, 3, 1), "reset;f": way + back,
                "reset;f;f": way + back, "reset;f;f;f": sum(1, 2, 1, 1, 2, 2), "done": 1,
            ])
    }

    @Test("should put a tail call in the place of its caller, direct or through a register")
    func tailCall() throws {
        let run = try Self.profile(
            """
            reset: bl f
                ldr r3, =h + 1
                bl indirect
                b done
            f: nop
                b g
            g: nop
                bx lr
            indirect: nop
                bx r3
            h: nop
                bx lr
            """)
        #expect(
            run.stacks == [
                // bl, refill, ldr, bl, refill, b
                "reset": sum(1, 1, 2, 1, 1, 1), "reset;f": sum(1, 1, 1), "reset;g": sum(1, 1, 1),
                "reset;indirect": sum(1, 1, 1), "reset;h": sum(2, 1, 1), "done": 1,
            ])
        #expect(run.calls("reset;g") == 1)
    }

    @Test("should follow function pointers, and calls that set LR by hand")
    func functionPointers() throws {
        let run = try Self.profile(
            """
            reset: ldr r3, =f + 1
                blx r3
                adr r0, 1f
                adds r0, #1
                mov lr, r0
                bx r3
            .align 2
            1:  nop
                b done
            f: push {r3, lr}
                bl leaf
                pop {r3, pc}
            leaf: bx lr
            """)
        #expect(run.calls("reset;f") == 2)
        #expect(run.calls("reset;f;leaf") == 2)
        #expect(run.stacks["reset;f"] == 2 * (2 + 3 + 1 + 1 + 3))
        #expect(run.stacks["reset;f;leaf"] == 2 * (1 + 1))
        #expect(Set(run.stacks.keys) == ["reset", "reset;f", "reset;f;leaf", "done"])
    }

    @Test("should return from several calls at once when SP is unwound")
    func longjmp() throws {
        let run = try Self.profile(
            """
            reset: bl outer
                b done
            outer: push {r4, lr}
                mov r4, sp
                adr r5, 1f
                adds r5, #1
                bl middle
            .align 2
            1:  bl leaf
                pop {r4, pc}
            middle: push {r6, lr}
                bl deep
                pop {r6, pc}
            deep: push {r6, lr}
                mov sp, r4
                bx r5
            leaf: bx lr
            """)
        #expect(
            Set(run.stacks.keys) == [
                "reset", "reset;outer", "reset;outer;middle", "reset;outer;middle;deep",
                "reset;outer;leaf", "done",
            ])
        #expect(run.stacks["reset;outer;middle;deep"] == 1 + 3 + 1 + 1)
        #expect(run.stacks["reset;outer;middle"] == 1 + 3 + 1)
        #expect(run.stacks["reset;outer;leaf"] == 1 + 1)
    }

    @Test("should see a call under IT only when it is made")
    func conditionalCall() throws {
        let run = try Self.profile(
            """
            reset: movs r0, #0
                bl choose
                movs r0, #1
                bl choose
                b done
            choose: push {r3, lr}
                cmp r0, #0
                it ne
                blne f
                pop {r3, pc}
            f: bx lr
            """)
        #expect(run.calls("reset;choose") == 2)
        #expect(run.calls("reset;choose;f") == 1)
        // push, cmp, (it folds), bl or its skip, pop, and the refills of the two ways back.
        #expect(run.stacks["reset;choose"] == 2 * (1 + 3 + 1 + 1 + 3) + 1)
        #expect(run.stacks["reset;choose;f"] == 1 + 1)
    }

    @Test("should divide a block that runs on into the next function")
    func fallThrough() throws {
        let run = try Self.profile(
            """
            reset: bl f
                b done
            f: nop
                nop
                nop
            g: nop
                bx lr
            """)
        #expect(
            run.stacks == [
                "reset": sum(1, 1, 1), "reset;f": sum(1, 3), "reset;g": 2, "done": 1,
            ])
        #expect(run.calls("reset;g") == 1)
    }

    @Test("should count code without a symbol as [unknown]")
    func unknown() throws {
        let run = try Self.profile(
            """
            reset: bl outer
                b done
            outer: push {r3, lr}
                bl nameless
                bl leaf
                pop {r3, pc}
            nameless: nop
                bx lr
            leaf: bx lr
            """
        ) { $0.image.symbols.removeAll { $0.name == "nameless" } }
        #expect(run.stacks["reset;outer;[unknown]"] == 1 + 1 + 1)
        #expect(run.stacks["reset;outer;leaf"] == 1 + 1)
    }

    @Test("should stay exact, and warn, when calls go deeper than the tree")
    func deepRecursion() throws {
        let run = try Self.profile(
            """
            reset: ldr r0, =1500
                bl f
                bl g
                b done
            f: push {r3, lr}
                subs r0, #1
                cbz r0, 1f
                bl f
            1:  pop {r3, pc}
            g: bx lr
            """)
        #expect(run.profile.warnings.count == 1)
        #expect(run.stacks["reset;g"] == 2)
        let depth = run.stacks.keys.map { $0.split(separator: ";").count }.max()
        #expect(depth == 1000)
        let inF = run.stacks.filter { $0.key.hasSuffix(";f") }.values.reduce(0, +)
        #expect(inF == 1499 * (1 + 3 + 1 + 1 + 1 + 3 + 3) + 1 + 3 + 1 + 1 + 2 + 3)
    }

    @Test("should divide cycles among steps and phases as the record does")
    func phases() throws {
        func mark(_ port: Int, _ value: Int) -> String {
            "ldr r0, =\(0xE000_0000 + 4 * port)\nmovs r1, #\(value)\nstr r1, [r0]\n"
        }
        let run = try Self.profile(
            """
            reset: bl work
                movs r4, #2
            1:  ldr r0, =0xE0000060
                str r4, [r0]
                bl work
                \(mark(26, 1))
                bl work
                bl work
                \(mark(27, 1))
                ldr r0, =0xE0000064
                str r4, [r0]
                subs r4, #1
                bne 1b
                b done
            work: nop
                nop
                bx lr
            """)
        let profile = run.profile
        #expect(profile.phases == ["outside steps", "step, no phase", "forward"])
        #expect(run.result.steps.map(\.index) == [2, 1])
        #expect(profile.steps.map(\.index) == [2, 1])
        for (step, measured) in zip(profile.steps, run.result.steps) {
            #expect(step.shares.reduce(0) { $0 + $1.cycles } == measured.counters.cycles)
            let forward = step.shares.filter { $0.phase == 2 }
            #expect(
                forward.reduce(0) { $0 + $1.cycles } == measured.phases[0].counters.cycles)
            let inWork = forward.filter {
                profile.functions[profile.nodes[$0.node].function].name == "work"
            }
            #expect(inWork.map(\.cycles) == [2 * sum(1, 1, 1, 1)])
        }
        let work = try #require(profile.functions.firstIndex { $0.name == "work" })
        let node = try #require(profile.nodes.first { $0.function == work })
        #expect(node.cycles == [4, 8, 16])
    }
}
