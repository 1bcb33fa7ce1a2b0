// SPDX-License-Identifier: GPL-2.0-or-later

extension InstructionTable {
    static let narrowArithmetic = InstructionTable(
        "16-bit arithmetic and logic",
        [
            ("adds r0, r1, r2", "add alu r:1,2 w:0 f:w"),
            ("subs r7, r6, r5", "sub alu r:5,6 w:7 f:w"),
            ("adds r3, r4, #7", "add alu r:4 w:3 f:w #7"),
            ("adds r3, #200", "add alu r:3 w:3 f:w #200"),
            ("subs r3, #1", "sub alu r:3 w:3 f:w #1"),
            ("adcs r5, r4", "adc alu r:4,5 w:5 f:rw"),
            ("sbcs r5, r4", "sbc alu r:4,5 w:5 f:rw"),
            ("ands r1, r2", "and alu r:1,2 w:1 f:w"),
            ("eors r1, r2", "eor alu r:1,2 w:1 f:w"),
            ("orrs r1, r2", "orr alu r:1,2 w:1 f:w"),
            ("bics r1, r2", "bic alu r:1,2 w:1 f:w"),
            ("mvns r1, r2", "mvn alu r:2 w:1 f:w"),
            ("rsbs r1, r2, #0", "rsb alu r:2 w:1 f:w #0"),
            ("cmp r1, r2", "cmp alu r:1,2 f:w"),
            ("cmp r1, #255", "cmp alu r:1 f:w #255"),
            ("cmp r8, lr", "cmp alu r:8,14 f:w"),
            ("cmn r1, r2", "cmn alu r:1,2 f:w"),
            ("tst r1, r2", "tst alu r:1,2 f:w"),
            ("add r8, r9", "add alu r:8,9 w:8"),
            ("add r0, sp, #1020", "add alu r:13 w:0 #1020"),
            ("add sp, #508", "add alu r:13 w:13 #508"),
            ("sub sp, #8", "sub alu r:13 w:13 #8"),
        ])

    static let wideArithmetic = InstructionTable(
        "32-bit arithmetic and logic",
        [
            ("add.w r8, r9, r10", "add alu r:9,10 w:8"),
            ("adds.w r8, r9, r10, lsl #2", "add alu r:9,10 w:8 sh:10 f:w shifted"),
            ("sub.w r0, r1, r2, lsr #32", "sub alu r:1,2 w:0 sh:2 shifted"),
            ("rsb r0, r1, r2, asr #31", "rsb alu r:1,2 w:0 sh:2 shifted"),
            ("and.w r0, r1, r2, rrx", "and alu r:1,2 w:0 sh:2 f:r shifted"),
            ("orn r0, r1, r2, ror #3", "orn alu r:1,2 w:0 sh:2 shifted"),
            ("adc.w r0, r1, #5", "adc alu r:1 w:0 f:r #5"),
            ("sbcs.w r0, r1, r2", "sbc alu r:1,2 w:0 f:rw"),
            ("add.w r0, r1, #0x1fe0000", "add alu r:1 w:0 #33423360 shifted"),
            ("eor r0, r1, #0x00ff00ff", "eor alu r:1 w:0 #16711935"),
            ("bic r0, r1, #0xff00ff00", "bic alu r:1 w:0 #-16711936"),
            ("orr r0, r1, #0xabababab", "orr alu r:1 w:0 #-1414812757"),
            ("addw r0, sp, #4095", "add alu r:13 w:0 #4095"),
            ("subw r0, r1, #4095", "sub alu r:1 w:0 #4095"),
            ("tst.w r8, #1", "tst alu r:8 f:w #1"),
            ("teq r8, r9", "teq alu r:8,9 f:w"),
            ("cmp.w r0, r1, lsl #1", "cmp alu r:0,1 sh:1 f:w shifted"),
            ("cmn.w r0, #0x80000000", "cmn alu r:0 f:w #-2147483648 shifted"),
        ])

    static let shifts = InstructionTable(
        "shifts as the operation",
        [
            ("lsls r0, r1, #31", "lsl shift r:1 w:0 f:w #31"),
            ("lsrs r0, r1, #32", "lsr shift r:1 w:0 f:w #32"),
            ("asrs r0, r1, #1", "asr shift r:1 w:0 f:w #1"),
            ("lsls r0, r1", "lsl shift r:0,1 w:0 f:w"),
            ("rors r0, r1", "ror shift r:0,1 w:0 f:w"),
            ("lsl.w r8, r9, #4", "lsl shift r:9 w:8 #4"),
            ("asr.w r8, r9, #32", "asr shift r:9 w:8 #32"),
            ("ror.w r8, r9, #7", "ror shift r:9 w:8 #7"),
            ("rrx r8, r9", "rrx shift r:9 w:8 f:r"),
            ("lsrs.w r0, r1, r2", "lsr shift r:1,2 w:0 f:w"),
            ("ror.w r0, r1, r2", "ror shift r:1,2 w:0"),
        ])

    static let moves = InstructionTable(
        "moves and address formation",
        [
            ("movs r0, #255", "mov alu w:0 f:w #255"),
            ("movs r0, r1", "mov alu r:1 w:0 f:w"),
            ("mov r8, sp", "mov alu r:13 w:8"),
            ("mov.w r0, #0xff00", "mov alu w:0 #65280 shifted"),
            ("mvn r0, #0", "mvn alu w:0 #0"),
            ("mov pc, r3", "mov branchRegister r:3 w:15"),
            ("movw r0, #0xbeef", "movw moveImmediate w:0 #48879"),
            ("movt r0, #0xdead", "movt moveImmediate r:0 w:0 #57005"),
            ("adr.n r0, . + 12", "adr moveImmediate r:15 w:0 #8"),
            ("nop", "nop nop"),
            ("adr.w r9, . - 4", "adr moveImmediate r:15 w:9 #-8"),
        ])

    static let bitFields = InstructionTable(
        "bit fields, extension, reversal",
        [
            ("uxtb r0, r1", "uxtb bitField r:1 w:0"),
            ("sxth.w r8, r9", "sxth bitField r:9 w:8"),
            ("uxtb.w r0, r1, ror #16", "uxtb bitField r:1 w:0 sh:1 shifted"),
            ("sxtab r0, r1, r2", "sxtab bitField r:1,2 w:0"),
            ("uxtah r0, r1, r2, ror #8", "uxtah bitField r:1,2 w:0 sh:2 shifted"),
            ("uxtb16 r0, r1", "uxtb16 bitField r:1 w:0"),
            ("rev r0, r1", "rev bitField r:1 w:0"),
            ("revsh.w r8, r1", "revsh bitField r:1 w:8"),
            ("rbit r0, r1", "rbit bitField r:1 w:0"),
            ("clz r0, r1", "clz bitField r:1 w:0"),
            ("bfi r0, r1, #4, #8", "bfi bitField r:0,1 w:0 #4"),
            ("bfc r0, #31, #1", "bfc bitField r:0 w:0 #31"),
            ("ubfx r0, r1, #5, #3", "ubfx bitField r:1 w:0 #5"),
            ("sbfx r0, r1, #0, #32", "sbfx bitField r:1 w:0 #0"),
            ("pkhbt r0, r1, r2, lsl #16", "pkhbt bitField r:1,2 w:0 sh:2 shifted"),
            ("pkhtb r0, r1, r2, asr #32", "pkhtb bitField r:1,2 w:0 sh:2 shifted"),
        ])

    static let dsp = InstructionTable(
        "parallel and saturating arithmetic",
        [
            ("sadd16 r0, r1, r2", "sadd16 dsp r:1,2 w:0"),
            ("uqsub8 r0, r1, r2", "uqsub8 dsp r:1,2 w:0"),
            ("shasx r0, r1, r2", "shasx dsp r:1,2 w:0"),
            ("qadd r0, r1, r2", "qadd dsp r:1,2 w:0"),
            ("qdsub r0, r1, r2", "qdsub dsp r:1,2 w:0"),
            ("sel r0, r1, r2", "sel dsp r:1,2 w:0 f:r"),
            ("ssat r0, #8, r1", "ssat dsp r:1 w:0 #8"),
            ("ssat r0, #32, r1, asr #4", "ssat dsp r:1 w:0 sh:1 #32 shifted"),
            ("usat r0, #31, r1, lsl #1", "usat dsp r:1 w:0 sh:1 #31 shifted"),
            ("usat16 r0, #15, r1", "usat16 dsp r:1 w:0 #15"),
            ("ssat16 r0, #16, r1", "ssat16 dsp r:1 w:0 #16"),
            ("usad8 r0, r1, r2", "usad8 dsp r:1,2 w:0"),
            ("usada8 r0, r1, r2, r3", "usada8 dsp r:1,2,3 w:0 acc:3"),
        ])

    static let multiplies = InstructionTable(
        "multiplies and divides",
        [
            ("muls r0, r1, r0", "mul multiply r:0,1 w:0 f:w"),
            ("mul r8, r1, r2", "mul multiply r:1,2 w:8"),
            ("mla r0, r1, r2, r3", "mla multiply r:1,2,3 w:0 acc:3"),
            ("mls r0, r1, r2, r3", "mls multiply r:1,2,3 w:0 acc:3"),
            ("smlabt r0, r1, r2, r3", "smlabt multiply r:1,2,3 w:0 acc:3"),
            ("smultb r0, r1, r2", "smultb multiply r:1,2 w:0"),
            ("smlad r0, r1, r2, r3", "smlad multiply r:1,2,3 w:0 acc:3"),
            ("smuadx r0, r1, r2", "smuadx multiply r:1,2 w:0"),
            ("smlawb r0, r1, r2, r3", "smlawb multiply r:1,2,3 w:0 acc:3"),
            ("smmulr r0, r1, r2", "smmulr multiply r:1,2 w:0"),
            ("smmls r0, r1, r2, r3", "smmls multiply r:1,2,3 w:0 acc:3"),
            ("smull r0, r1, r2, r3", "smull multiplyLong r:2,3 w:0,1"),
            ("umlal r0, r1, r2, r3", "umlal multiplyLong r:0,1,2,3 w:0,1 acc:0,1"),
            ("umaal r0, r1, r2, r3", "umaal multiplyLong r:0,1,2,3 w:0,1 acc:0,1"),
            ("smlalbt r0, r1, r2, r3", "smlalbt multiplyLong r:0,1,2,3 w:0,1 acc:0,1"),
            ("smlsldx r0, r1, r2, r3", "smlsldx multiplyLong r:0,1,2,3 w:0,1 acc:0,1"),
            ("sdiv r0, r1, r2", "sdiv divide r:1,2 w:0"),
            ("udiv r8, r9, r10", "udiv divide r:9,10 w:8"),
        ])
}
