// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import Timing

@Suite struct CortexM7FloatTests {
    static let table: [MicroBenchmark] = [
        .init("vadd.f32 s0, s1, s2; vadd.f32 s3, s0, s4", 4, "m7.md: add latency 3"),
        .init("vmul.f32 s0, s1, s2; vadd.f32 s3, s0, s4", 4, "m7.md: multiply latency 3"),
        .init("vadd.f32 s0, s1, s2; vadd.f32 s3, s4, s5", 2, "m7.md: one arithmetic a cycle"),
        .init("vadd.f32 s0, s1, s2; adds r0, r0, #1", 1, "m7.md: pairs with integer"),
        .init("vfma.f32 s0, s1, s2; vfma.f32 s0, s3, s4", 4, "m7.md: 3 through the accumulator"),
        .init("vfma.f32 s0, s1, s2; vmul.f32 s3, s0, s4", 6, "m7.md: 5 otherwise"),
        .init("vmla.f32 s0, s1, s2; vmla.f32 s0, s3, s4", 4, "m7.md: chained 3"),
        .init(
            """
            vfma.f32 s0, s10, s11; vfma.f32 s1, s10, s12; vfma.f32 s2, s10, s13
            vfma.f32 s0, s14, s11; vfma.f32 s1, s14, s12; vfma.f32 s2, s14, s13
            """, 6, "m7.md: three chains saturate"),
        .init("vmla.f32 s0, s1, s2; vmul.f32 s3, s0, s4", 7, "m7.md: chained 6 otherwise"),
        .init("vfma.f32 s0, s1, s2; vadd.f32 s3, s4, s5", 5, "m7.md: no add for three cycles"),
        .init("vfma.f32 s0, s1, s2; vsub.f32 s3, s4, s5", 5, "m7.md: no add for three cycles"),
        .init("vfma.f32 s0, s1, s2; vmul.f32 s3, s4, s5", 2, "m7.md: multiplies can follow"),
        .init("vfma.f32 s0, s1, s2; vldm r0, {s4-s5}", 5, "m7.md: no VLDM for three cycles"),
        .init("vfma.f32 s0, s1, s2; vldr d4, [r0]", 5, "m7.md: no double load for three cycles"),
        .init("vfma.f32 s0, s1, s2; vmov.f32 s3, #1.0", 5, "m7.md: no constant for three cycles"),
        .init(
            "vfma.f32 s0, s1, s2; nop; adds r0, #1; vldr s3, [r1]", 3,
            "m7.md: no single load in the younger slot for three cycles"),
        .init("vldr s0, [r0]; vstr s0, [r1]", 1, "m7.md: stores take any result of the cycle"),
        .init("vfma.f32 s0, s1, s2; vldr s3, [r0]", 1, "m7.md: the first FMA pairs with VLDR"),
        .init(
            "vfma.f32 s8, s9, s10; vfma.f32 s0, s1, s2; vldr s3, [r0]", 3,
            "m7.md: the next does not"),
        .init(
            "vfma.f32 s8, s9, s10; vldr s3, [r0]; vldr s4, [r1]; vfma.f32 s0, s1, s2", 3,
            "m7.md: nor VLDR with FMA"),
        .init(
            "vfma.f32 s8, s9, s10; vfma.f32 s0, s1, s2; vmov s3, r0", 3, "m7.md: no FMA with VMOV"),
        .init("vmla.f32 s8, s9, s10; vfma.f32 s0, s1, s2", 3, "m7.md: no VFMA behind VMLA"),
        .init("vfma.f32 s8, s9, s10; vmla.f32 s0, s1, s2", 2, "m7.md: but VMLA behind VFMA"),
        .init(
            "vfma.f32 s0, s1, s2; vfma.f32 s0, s0, s3", 6, "m7.md: a factor waits, addend or not"),
        .init("vmov.f32 s0, #1.0; vmov.f32 s1, #2.0", 2, "m7.md: no two constants"),
        .init("vldr s0, [r0]; vmov r1, s0", 3, "m7.md: 2 into VMOV"),
        .init("mul r0, r1, r2; vmov s0, r0", 2, "m7.md: 1 from a multiply"),
        .init("adds r0, r1, r2; vmov s0, r0", 2, "m7.md: 1 from an early result"),
        .init("vldm r0, {s0-s3}; vfma.f32 s0, s4, s5", 4, "m7.md: the first words come first"),
        .init("vldm r0, {s0-s3}; vfma.f32 s3, s4, s5", 5, "m7.md: 3 to the addend"),
        .init("vfma.f64 d0, d1, d2; ldr r0, [r1]", 9, "m7.md: no double FMA with a load"),
        .init("vmul.f64 d0, d1, d2; ldr r0, [r1]", 5, "m7.md: other double arithmetic pairs"),
        .init("vadd.f32 s0, s1, s2; vldr s3, [r0]", 1, "m7.md: VLDR pairs"),
        .init("vldr s0, [r0]; vadd.f32 s1, s0, s2", 2, "m7.md: load latency 1"),
        .init("vldr s0, [r0]; vfma.f32 s0, s1, s2", 4, "m7.md: 3 to the accumulator"),
        .init("vadd.f32 s0, s1, s2; vstr s0, [r0]", 2, "m7.md: 1 to a store"),
        .init(
            "vdiv.f32 s0, s1, s2; adds r0, #1; adds r1, #1", 17, "m7.md: 16, blocks the pipeline"),
        .init("vsqrt.f32 s0, s1; vadd.f32 s2, s0, s3", 15, "m7.md: 14"),
        .init("vadd.f32 s0, s1, s2; vmov r0, s0; adds r1, r0, #1", 5, "m7.md: 3 into VMOV, 1 out"),
        .init("vmov s0, r0; vadd.f32 s1, s0, s2", 4, "m7.md: 3 from a core register"),
        .init("vmov r0, r1, s0, s1; adds r2, r3, r4", 2, "m7.md: two registers issue alone"),
        .init("vcmp.f32 s0, s1; vmrs APSR_nzcv, fpscr; it eq; moveq r0, r1", 3, "llvm: VMRS alone"),
        .init("vldm r0, {s0-s4}", 3, "m7.md: ceil(n/2)"),
        .init("vldr d0, [r0]; adds r1, #1", 2, "m7.md: double loads issue alone"),
        .init("vmul.f64 d0, d1, d2; vmul.f64 d3, d4, d5", 10, "m7.md: 5 a multiply"),
        .init("vadd.f64 d0, d1, d2; vadd.f64 d3, d4, d5", 4, "m7.md: 2 with differing exponents"),
        .init("vadd.f64 d0, d1, d2; vadd.f64 d3, d0, d5", 6, "latency 2 + 2"),
        .init("vfma.f64 d0, d1, d2", 8, "m7.md: 7 to 10"),
        .init("vdiv.f64 d0, d1, d2", 30, "m7.md"),
    ]

    @Test("should charge floating point by measured latencies", arguments: table)
    func charges(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM7Pipeline()).exactCycles == benchmark.cycles)
    }
}
