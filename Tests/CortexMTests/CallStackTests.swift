// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("Call stacks of fault reports")
struct CallStackTests {
    @Test("should name the callers of the faulting function")
    func callStack() throws {
        let result = try TestFirmware.run(
            """
            reset: bl outer
                b reset
            outer: push {r4, r5, lr}
                sub sp, #16
                ldr r0, =0x12345
                str r0, [sp, #4]
                bl inner
                add sp, #16
                pop {r4, r5, pc}
            inner: push {r4, lr}
                bl leaf
                pop {r4, pc}
            leaf: ldr r0, =0x60000000
                ldr r0, [r0]
                bx lr
            """)
        let fault = try #require(result.fault, "\(result.summary)")
        let names = fault.callStack.map { $0.symbol?.prefix { $0 != "+" } ?? "?" }
        #expect(names == ["leaf", "inner", "outer", "reset"])
    }

    @Test(
        "should follow the call stack through the exception that a handler runs for",
        arguments: [
            ("push {r4, lr}\nbl leaf\npop {r4, pc}", ["leaf", "on_svc", "inner", "reset"]),
            ("ldr r0, =0x60000000\nldr r0, [r0]\nbx lr", ["on_svc", "inner", "reset"]),
        ])
    func exceptionFrames(handler: String, names: [String]) throws {
        let result = try TestFirmware.run(
            """
            reset: bl inner
                b reset
            inner: push {r4, lr}
                svc 0
                pop {r4, pc}
            on_svc: \(handler)
            leaf: ldr r0, =0x60000000
                ldr r0, [r0]
                bx lr
            """, handlers: [11: "on_svc"])
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(
            fault.callStack.map { $0.symbol?.prefix { $0 != "+" } ?? "?" } == names.map { $0[...] })
        if names[0] == "on_svc" {
            #expect(fault.lr.symbol == "exception return to thread mode, main stack")
        }
    }
}
