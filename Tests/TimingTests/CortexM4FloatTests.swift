// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

/// Figures of LLVM's ARMScheduleM4 and of the manual's floating-point chapter: estimated, as no measurements are public.
@Suite struct CortexM4FloatTests {
    static let table: [MicroBenchmark] = [
        .init("vadd.f32 s0, s1, s2", 1, "TRM table 7-1"),
        .init("vadd.f32 s0, s1, s2; vsub.f32 s3, s4, s5", 2, "TRM table 7-1"),
        .init("vadd.f32 s0, s1, s2; vmul.f32 s3, s0, s5", 3, "TRM 7.2.3: used by the next +1"),
        .init("vmul.f32 s0, s1, s2; nop; vadd.f32 s3, s0, s5", 3, "TRM 7.2.3: by the next only"),
        .init("vadd.f32 s0, s1, s2; vstr s0, [r0]", 4, "TRM 7.2.3: a store uses it too"),
        .init("vcvt.s32.f32 s0, s1; vmov r0, s0", 3, "TRM 7.2.3: conversions too"),
        .init("vmla.f32 s0, s1, s2", 3, "TRM table 7-1"),
        .init("vfma.f32 s0, s1, s2; vfms.f32 s3, s4, s5", 6, "TRM table 7-1"),
        .init("vmul.f32 s0, s1, s2; vmla.f32 s0, s3, s4", 4, "TRM 7.2.3: the addend is read late"),
        .init("vmul.f32 s3, s1, s2; vmla.f32 s0, s3, s4", 5, "TRM 7.2.3: the factor is not"),
        .init("vdiv.f32 s0, s1, s2; vadd.f32 s3, s4, s5", 15, "TRM table 7-1"),
        .init("vsqrt.f32 s0, s1; vadd.f32 s3, s4, s5", 15, "TRM table 7-1"),
        .init("vdiv.f32 s0, s1, s2; vadd.f32 s3, s0, s5", 16, "TRM 7.2.3: used by the next +1"),
        .init("vdiv.f32 s0, s1, s2; vdiv.f32 s3, s4, s5; vmov r0, s0", 29, "TRM table 7-1"),
        .init("vdiv.f32 s0, s1, s2; adds r0, #1; adds r1, #1", 3, "TRM 7.2.3: integers go on"),
        .init(
            "vdiv.f32 s0, s1, s2; muls r0, r1, r0; vadd.f32 s3, s4, s5", 15,
            "TRM 7.2.3: integers go on"),
        .init(
            "nop; vadd.f32 s0, s1, s2; vadd.f32 s3, s1, s2; vadd.f32 s4, s1, s2", 5,
            "KA006138: at odd halfwords one for every three"),
        .init(
            """
            nop; vadd.f32 s0, s1, s2; vadd.f32 s3, s1, s2; vadd.f32 s4, s1, s2
            vadd.f32 s5, s1, s2; vadd.f32 s6, s1, s2; vadd.f32 s7, s1, s2
            """, 9, "KA006138: at odd halfwords one for every three"),
        .init("vldr s0, [r0]", 2, "TRM table 7-1"),
        .init("vldr s0, [r0]; vldr s1, [r0, #4]; vldr s2, [r0, #8]", 4, "pipelines like LDR"),
        .init("vldr s0, [r0]; vadd.f32 s1, s0, s2", 3, "a load is no arithmetic result"),
        .init("ldr r1, [r2]; vldr s0, [r1]", 4, "the address is the load's result"),
        .init("adds r0, #4; vldr s0, [r0]", 4, "TRM 3.3.2: any load or store"),
        .init("vldr d0, [r0]", 3, "TRM table 7-1"),
        .init("vldr d0, [r0]; vldr s2, [r1]", 5, "two words do not pipeline"),
        .init("vstr s0, [r0]", 2, "TRM table 7-1"),
        .init("vstr s0, [r0]; vldr s1, [r1]", 5, "STM32F4: store to load +1"),
        .init("vstr d0, [r0]", 3, "TRM table 7-1"),
        .init("vldm r0, {s0-s3}", 5, "TRM table 7-1: 1 + N"),
        .init("vldm r0, {d0-d1}", 5, "TRM table 7-1: 1 + 2N"),
        .init("vpush {s16-s19}", 5, "TRM table 7-1: 1 + N"),
        .init("vcvt.f32.s32 s0, s1", 1, "TRM table 7-1"),
        .init("vcmp.f32 s0, s1; vmrs APSR_nzcv, fpscr", 2, "TRM table 7-1"),
        .init("vmov s0, r0; vmov r1, s1", 2, "TRM table 7-1"),
        .init("vmov r0, r1, s0, s1", 2, "TRM table 7-1: two at once"),
        .init("vabs.f32 s0, s1; vneg.f32 s2, s3; vmov.f32 s4, #1.0", 3, "TRM table 7-1"),
    ]

    @Test("should let a division go on over a branch")
    func dividesOverBranch() throws {
        let code = "vdiv.f32 s0, s1, s2; b 1f; nop; 1: vadd.f32 s3, s4, s5"
        let blocks = try CodeBlock.blocks(ofAssembly: code)
        let pipeline = CortexM4Pipeline()
        #expect(pipeline.cost(of: blocks[0], after: nil).total == 2)
        #expect(pipeline.cost(of: blocks[2], after: blocks[0]).total == 15 - 2)
    }

    @Test("should charge floating point by the manual", arguments: table)
    func charges(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM4Pipeline()).exactCycles == benchmark.cycles)
    }
}
