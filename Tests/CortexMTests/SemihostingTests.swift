// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import TestSupport
import Testing

@Suite("Semihosting")
struct SemihostingTests {
    /// Semihosting with the parameter block `words` built on the stack.
    private static func call(_ operation: Int, _ words: [String]) -> String {
        var text = "sub sp, #\(4 * words.count)\n"
        for (index, word) in words.enumerated() {
            text += "ldr r2, =\(word)\nstr r2, [sp, #\(4 * index)]\n"
        }
        return text + "mov r1, sp\nmovs r0, #\(operation)\nbkpt 0xab\nadd sp, #\(4 * words.count)\n"
    }

    @Test("should write characters and strings to the console")
    func console() throws {
        let console = Console()
        let result = try TestFirmware.run(
            """
            reset: adr r1, text
                movs r0, #4
                bkpt 0xab
                adr r1, letter
                movs r0, #3
                bkpt 0xab
                ldr r0, =0xE0000000
                ldr r1, =0x0A6D7469      // "itm" and a line feed, as one word
                str r1, [r0]
                movs r0, #0
                exit
                .align 2
            text: .asciz "hello "
                .align 2
            letter: .asciz "w"
            """
        ) { $0.console = { console.append($0) } }
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(console.text == "hello witm\n")
    }

    @Test("should hand over the command line and its length")
    func commandLine() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0x20000100
                \(Self.call(0x15, ["0x20000100", "16"]))
                cbnz r0, fail
                ldrb r0, [r4]
                ldrb r1, [r4, #4]
                lsls r1, r1, #8
                orrs r0, r1
                exit
            fail: movs r0, #99
                exit
            """
        ) { $0.commandLine = "a=b x" }
        #expect(result.exitCode == UInt32(UInt8(ascii: "a")) + UInt32(UInt8(ascii: "x")) << 8)
    }

    @Test("should end with the code of SYS_EXIT and SYS_EXIT_EXTENDED")
    func exitCodes() throws {
        #expect(
            try TestFirmware.run("reset: movs r0, #0x18\nldr r1, =0x20026\nbkpt 0xab").exitCode == 0
        )
        #expect(try TestFirmware.run("reset: ldr r0, =77\nexit").exitCode == 77)
    }

    @Test(
        "should fail the run when the program exits for another reason",
        arguments: [
            "movs r0, #0x18\nldr r1, =0x20023\nbkpt 0xab", call(0x20, ["0x20023", "0"]),
        ])
    func abort(code: String) throws {
        let fault = try #require(try TestFirmware.run("reset: \(code)").fault)
        #expect(fault.cause.contains("run-time error"))
        #expect(fault.pc.symbol?.hasPrefix("reset") == true)
    }

    /// Opens `name`, returns the handle in r5 and goes on.
    private static func open(_ name: String, mode: Int) -> String {
        """
        b 1f
            .align 2
        name: .asciz "\(name)"
            .align 2
        1: adr.w r3, name
            sub sp, #12
            str r3, [sp]
            ldr r2, =\(mode)
            str r2, [sp, #4]
            ldr r2, =\(name.utf8.count)
            str r2, [sp, #8]
            mov r1, sp
            movs r0, #1
            bkpt 0xab
            add sp, #12
            mov r5, r0

        """
    }

    /// A call whose first word is the handle in r5.
    private static func callWithHandle(_ operation: Int, _ words: [String] = []) -> String {
        var text = "sub sp, #16\nstr r5, [sp]\n"
        for (index, word) in words.enumerated() {
            text += "ldr r2, =\(word)\nstr r2, [sp, #\(4 * index + 4)]\n"
        }
        return text + "mov r1, sp\nmovs r0, #\(operation)\nbkpt 0xab\nadd sp, #16\n"
    }

    @Test("should read, seek and measure a file of the folder")
    func read() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Data([10, 20, 30, 40, 50]).write(to: folder.appending(path: "data.bin"))
            let result = try TestFirmware.run(
                """
                reset: \(Self.open("data.bin", mode: 1))
                    \(Self.callWithHandle(0x0C))    // length 5
                    mov r6, r0
                    \(Self.callWithHandle(0x0A, ["3"]))
                    adds r6, r0
                    \(Self.callWithHandle(0x06, ["0x20000100", "8"]))   // 6 not read
                    lsls r0, r0, #4
                    adds r6, r0
                    ldr r4, =0x20000100
                    ldrb r0, [r4]
                    ldrb r1, [r4, #1]
                    adds r0, r1
                    lsls r0, r0, #8
                    adds r6, r0
                    \(Self.callWithHandle(0x02))
                    adds r0, r6
                    exit
                """
            ) { $0.filesDirectory = folder.path }
            #expect(result.exitCode == 0x5A65, "\(result.summary)")
        }
    }

    @Test("should write and append to files of the folder")
    func write() throws {
        try Assembler.withTemporaryDirectory { folder in
            for mode in [4, 8] {
                let result = try TestFirmware.run(
                    """
                    reset: \(Self.open("out.txt", mode: mode))
                        ldr r4, =0x20000100
                        ldr r0, =0x34333231
                        str r0, [r4]
                        \(Self.callWithHandle(0x05, ["0x20000100", "3"]))
                        exit
                    """
                ) { $0.filesDirectory = folder.path }
                #expect(result.exitCode == 0, "\(result.summary)")
            }
            let text = try String(contentsOf: folder.appending(path: "out.txt"), encoding: .utf8)
            #expect(text == "123123")
        }
    }

    @Test(
        "should refuse every path out of the folder and everything that is no file",
        arguments: [
            "../secret", "/etc/passwd", "sub/../../secret", "link", "dir/link2", "dead", "fifo",
            "sub",
            "", "/", ".", "..", "link-dir/secret",
        ])
    func escapes(path: String) throws {
        try Assembler.withTemporaryDirectory { outer in
            let folder = outer.appending(path: "files")
            let manager = FileManager.default
            try manager.createDirectory(
                at: folder.appending(path: "sub"), withIntermediateDirectories: true)
            try manager.createDirectory(
                at: folder.appending(path: "dir"), withIntermediateDirectories: true)
            try Data("secret".utf8).write(to: outer.appending(path: "secret"))
            for (name, target) in [
                ("link", "../secret"), ("dir/link2", outer.appending(path: "secret").path),
                ("dead", "../not-there"), ("link-dir", ".."),
            ] {
                try manager.createSymbolicLink(
                    atPath: folder.appending(path: name).path, withDestinationPath: target)
            }
            try Assembler.run("mkfifo", [folder.appending(path: "fifo").path])
            for mode in [0, 2, 4, 8] {
                let result = try TestFirmware.run(
                    "reset: \(Self.open(path, mode: mode))\nmov r0, r5\nexit"
                ) { $0.filesDirectory = folder.path }
                #expect(result.exitCode == .max, "mode \(mode): \(result.summary)")
            }
            #expect(!manager.fileExists(atPath: outer.appending(path: "not-there").path))
            let secret = try String(
                contentsOf: outer.appending(path: "secret"), encoding: .utf8)
            #expect(secret == "secret")
        }
    }

    @Test("should open no file at all without a folder, but the console")
    func noFolder() throws {
        let refused = try TestFirmware.run(
            "reset: \(Self.open("data.bin", mode: 0))\nmov r0, r5\nexit")
        #expect(refused.exitCode == .max)
        let console = Console()
        let result = try TestFirmware.run(
            """
            reset: \(Self.open(":tt", mode: 4))
                ldr r4, =0x20000100
                ldr r0, =0x216968
                str r0, [r4]
                \(Self.callWithHandle(0x05, ["0x20000100", "3"]))
                mov r6, r0
                \(Self.callWithHandle(0x09))
                lsls r0, r0, #4
                adds r0, r6
                exit
            """
        ) { $0.console = { console.append($0) } }
        #expect(result.exitCode == 0x10, "\(result.summary)")
        #expect(console.text == "hi!")
    }

    @Test("should tell the time in simulated cycles")
    func clock() throws {
        let result = try TestFirmware.run(
            """
            reset: movs r0, #0x10
                bkpt 0xab
                mov r4, r0
                ldr r0, =0xE000E010
                ldr r1, =639999         // 10 ms at 64 MHz
                str r1, [r0, #4]
                str r1, [r0, #8]
                movs r1, #7
                str r1, [r0]
                wfi
                wfi
                wfi
                movs r0, #0x10
                bkpt 0xab
                subs r4, r0, r4
                movs r0, #0x31
                bkpt 0xab
                ldr r1, =64000000
                subs r0, r0, r1
                adds r0, r4
                exit
            on_tick: bx lr
            """, handlers: [15: "on_tick"])
        #expect(result.exitCode == 3, "\(result.summary)")
    }

    @Test("should describe heap and stack")
    func heapInformation() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0x20000100
                str r4, [r4, #-4]
                \(Self.call(0x16, ["0x20000100"]))
                ldr r0, [r4, #8]        // stack base
                ldr r1, =0x20010000
                subs r0, r0, r1
                exit
            """)
        #expect(result.exitCode == 0, "\(result.summary)")
    }

    @Test(
        "should report a parameter block outside memory", arguments: [0x01, 0x05, 0x15, 0x16, 0x20])
    func badPointer(operation: Int) throws {
        let result = try TestFirmware.run(
            "reset: ldr r1, =0x60000000\nmovs r0, #\(operation)\nbkpt 0xab\nmovs r0, #0\nexit")
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.cause.contains("0x60000000"))
    }

    @Test("should survive absurd lengths and unknown calls")
    func absurd() throws {
        let result = try TestFirmware.run(
            """
            reset: movs r6, #0
                \(Self.call(0x01, ["0x20000000", "0", "0xFFFFFFFF"]))
                adds r6, r0, #1
                \(Self.call(0x05, ["99", "0x20000000", "4"]))
                adds r6, r0             // 4 not written
                movs r0, #0x12          // SYS_SYSTEM
                bkpt 0xab
                adds r0, #1
                adds r0, r6
                exit
            """)
        #expect(result.exitCode == 4, "\(result.summary)")
    }
}
