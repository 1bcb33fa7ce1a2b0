// SPDX-License-Identifier: GPL-2.0-or-later

extension InstructionTable {
    static let loads = InstructionTable(
        "loads and preloads",
        [
            ("ldr r0, [r1, #124]", "ldr load r:1 w:0 a:1 [load 4x1 r1+124]"),
            ("ldrb r0, [r1, #31]", "ldrb load r:1 w:0 a:1 [load 1x1 r1+31]"),
            ("ldrh r0, [r1, #62]", "ldrh load r:1 w:0 a:1 [load 2x1 r1+62]"),
            ("ldr r7, [sp, #1020]", "ldr load r:13 w:7 a:13 [load 4x1 r13+1020]"),
            ("ldr.n r0, [pc, #8]", "ldr load r:15 w:0 a:15 [load 4x1 r15+8]"),
            ("ldrsh r0, [r1, r2]", "ldrsh load r:1,2 w:0 a:1,2 [load 2x1 r1+r2<<0]"),
            ("ldr.w r0, [r1, #4095]", "ldr load r:1 w:0 a:1 [load 4x1 r1+4095]"),
            ("ldrsb.w r0, [r1, #-255]", "ldrsb load r:1 w:0 a:1 [load 1x1 r1-255]"),
            ("ldr r0, [r1, #4]!", "ldr load r:1 w:0,1 a:1 [load 4x1 r1+4 pre]"),
            ("ldrh r0, [r1], #-2", "ldrh load r:1 w:0,1 a:1 [load 2x1 r1-2 post]"),
            ("ldr.w r0, [r1, r2, lsl #3]", "ldr load r:1,2 w:0 a:1,2 [load 4x1 r1+r2<<3]"),
            ("ldrb.w r0, [pc, #-100]", "ldrb load r:15 w:0 a:15 [load 1x1 r15-100]"),
            ("ldrt r0, [r1, #8]", "ldrt load r:1 w:0 a:1 [load 4x1 r1+8]"),
            ("ldr pc, [r1]", "ldr load r:1 w:15 a:1 [load 4x1 r1]"),
            ("ldr r4, [sp], #4", "ldr load r:13 w:4,13 a:13 [load 4x1 r13+4 post]"),
            ("ldrd r0, r1, [r2, #-8]", "ldrd loadDual r:2 w:0,1 a:2 [load 4x2 r2-8 aligned]"),
            (
                "ldrd r0, r1, [r2], #1020",
                "ldrd loadDual r:2 w:0,1,2 a:2 [load 4x2 r2+1020 post aligned]"
            ),
            ("pld [r1, #4]", "pld preload r:1 a:1"),
            ("pld [r1, r2, lsl #1]", "pld preload r:1,2 a:1,2"),
            ("pli [pc, #-4]", "pli preload r:15 a:15"),
        ])

    static let stores = InstructionTable(
        "stores",
        [
            ("str r0, [r1, #4]", "str store r:0,1 a:1 st:0 [store 4x1 r1+4]"),
            ("strb r0, [r1, r2]", "strb store r:0,1,2 a:1,2 st:0 [store 1x1 r1+r2<<0]"),
            ("str r7, [sp, #16]", "str store r:7,13 a:13 st:7 [store 4x1 r13+16]"),
            ("strh.w r0, [r1, #-6]", "strh store r:0,1 a:1 st:0 [store 2x1 r1-6]"),
            ("str r0, [sp, #-4]!", "str store r:0,13 w:13 a:13 st:0 [store 4x1 r13-4 pre]"),
            ("strb r0, [r1], #1", "strb store r:0,1 w:1 a:1 st:0 [store 1x1 r1+1 post]"),
            (
                "str.w r0, [r1, r2, lsl #2]",
                "str store r:0,1,2 a:1,2 st:0 [store 4x1 r1+r2<<2]"
            ),
            (
                "strd r0, r1, [r2, #8]!",
                "strd storeDual r:0,1,2 w:2 a:2 st:0,1 [store 4x2 r2+8 pre aligned]"
            ),
        ])

    static let multiples = InstructionTable(
        "multiple transfers",
        [
            (
                "push {r0, r7, lr}",
                "push storeMultiple r:0,7,13,14 w:13 a:13 st:0,7,14 [store 4x3 r13-12 pre aligned]"
            ),
            (
                "pop {r4, pc}",
                "pop loadMultiple r:13 w:4,13,15 a:13 [load 4x2 r13+8 post aligned]"
            ),
            (
                "push.w {r4, r8}",
                "push storeMultiple r:4,8,13 w:13 a:13 st:4,8 [store 4x2 r13-8 pre aligned]"
            ),
            (
                "pop.w {r4, r8, pc}",
                "pop loadMultiple r:13 w:4,8,13,15 a:13 [load 4x3 r13+12 post aligned]"
            ),
            ("ldm r0!, {r1, r2}", "ldm loadMultiple r:0 w:0,1,2 a:0 [load 4x2 r0+8 post aligned]"),
            ("ldm r0, {r0, r1}", "ldm loadMultiple r:0 w:0,1 a:0 [load 4x2 r0 aligned]"),
            (
                "stm r0!, {r1, r2}",
                "stm storeMultiple r:0,1,2 w:0 a:0 st:1,2 [store 4x2 r0+8 post aligned]"
            ),
            ("ldm.w r9, {r1, r2}", "ldm loadMultiple r:9 w:1,2 a:9 [load 4x2 r9 aligned]"),
            (
                "ldmdb r9!, {r1, r2}",
                "ldmdb loadMultiple r:9 w:1,2,9 a:9 [load 4x2 r9-8 pre aligned]"
            ),
            (
                "stmdb r9, {r1, r2}",
                "stmdb storeMultiple r:1,2,9 a:9 st:1,2 [store 4x2 r9-8 aligned]"
            ),
        ])

    static let exclusives = InstructionTable(
        "exclusives",
        [
            ("ldrex r0, [r1, #4]", "ldrex exclusive r:1 w:0 a:1 [load 4x1 r1+4 aligned]"),
            (
                "strex r0, r2, [r1, #4]",
                "strex exclusive r:1,2 w:0 a:1 st:2 [store 4x1 r1+4 aligned]"
            ),
            ("ldrexb r0, [r1]", "ldrexb exclusive r:1 w:0 a:1 [load 1x1 r1 aligned]"),
            ("strexh r0, r2, [r1]", "strexh exclusive r:1,2 w:0 a:1 st:2 [store 2x1 r1 aligned]"),
            ("clrex", "clrex exclusive"),
        ])

    static let branches = InstructionTable(
        "branches",
        [
            ("b.n . + 100", "b branch w:15 to:100"),
            ("bne.n . - 20", "b branch if:ne w:15 f:r to:-20"),
            ("b.w . + 0x10000", "b branch w:15 to:65536"),
            ("bge.w . - 0x8000", "b branch if:ge w:15 f:r to:-32768"),
            ("bl . + 0x100000", "bl branchLink w:14,15 to:1048576"),
            ("cbz r3, . + 126", "cbz branch r:3 w:15 to:126"),
            ("cbnz r3, . + 4", "cbnz branch r:3 w:15 to:4"),
            ("bx lr", "bx branchRegister r:14 w:15"),
            ("blx r3", "blx branchRegister r:3 w:14,15"),
            ("add pc, r2", "add branchRegister r:2,15 w:15"),
            ("tbb [r0, r1]", "tbb tableBranch r:0,1 w:15 a:0,1 [load 1x1 r0+r1<<0]"),
            ("nop", "nop nop"),
            ("tbh [r0, r1, lsl #1]", "tbh tableBranch r:0,1 w:15 a:0,1 [load 2x1 r0+r1<<1]"),
        ])

    static let system = InstructionTable(
        "system and traps",
        [
            ("svc #7", "svc trap #7"),
            ("bkpt #0xab", "bkpt trap #171"),
            ("udf #3", "udf trap #3"),
            ("udf.w #0x1234", "udf trap #4660"),
            ("nop.w", "nop nop"),
            ("yield", "yield nop"),
            ("dbg #5", "dbg nop #5"),
            ("wfi", "wfi wait"),
            ("wfe", "wfe wait"),
            ("sev.w", "sev wait"),
            ("dmb", "dmb barrier"),
            ("dsb sy", "dsb barrier"),
            ("isb", "isb barrier"),
            ("cpsid i", "cpsid system"),
            ("cpsie f", "cpsie system"),
            ("mrs r0, primask", "mrs system w:0"),
            ("mrs r0, apsr", "mrs system w:0 f:r"),
            ("mrs r0, msp", "mrs system r:13 w:0"),
            ("msr basepri, r0", "msr system r:0"),
            ("msr apsr_nzcvq, r0", "msr system r:0 f:w"),
            ("msr psp, r0", "msr system r:0 w:13"),
            ("msr control, r0", "msr system r:0 w:13"),
            ("it al", "it it"),
        ])

    static let coprocessors = InstructionTable(
        "coprocessors",
        [
            ("mcr p15, 0, r1, c7, c5, 4", "mcr coprocessor r:1"),
            ("mrc p14, 0, r1, c7, c5, 4", "mrc coprocessor w:1"),
            ("mrrc p15, 1, r1, r2, c3", "mrrc coprocessor w:1,2"),
            ("cdp2 p7, 1, c2, c3, c4, 5", "cdp2 coprocessor"),
            ("ldc p1, c2, [r3, #8]!", "ldc coprocessor r:3 w:3 a:3"),
        ])
}
