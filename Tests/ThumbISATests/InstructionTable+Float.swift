// SPDX-License-Identifier: GPL-2.0-or-later

extension InstructionTable {
    static let floatArithmetic = InstructionTable(
        "floating-point arithmetic",
        [
            ("vadd.f32 s0, s1, s2", "vadd floatArithmetic fr:1,2 fw:0"),
            ("vsub.f64 d0, d1, d15", "vsub floatArithmetic fr:2,3,30,31 fw:0,1"),
            ("vabs.f32 s31, s30", "vabs floatArithmetic fr:30 fw:31"),
            ("vneg.f32 s0, s1", "vneg floatArithmetic fr:1 fw:0"),
            ("vcmp.f32 s0, s1", "vcmp floatArithmetic fr:0,1"),
            ("vcmpe.f64 d1, #0.0", "vcmpe floatArithmetic fr:2,3 #0"),
            ("vselge.f32 s0, s1, s2", "vsel floatArithmetic fr:1,2 fw:0 f:r"),
            ("vmaxnm.f32 s0, s1, s2", "vmaxnm floatArithmetic fr:1,2 fw:0"),
            ("vminnm.f64 d0, d1, d2", "vminnm floatArithmetic fr:2-5 fw:0,1"),
            ("vdiv.f32 s0, s1, s2", "vdiv floatDivide fr:1,2 fw:0"),
            ("vsqrt.f64 d0, d1", "vsqrt floatSquareRoot fr:2,3 fw:0,1"),
        ])

    static let floatMultiplies = InstructionTable(
        "floating-point multiplies",
        [
            ("vmul.f32 s0, s1, s2", "vmul floatMultiply fr:1,2 fw:0"),
            ("vnmul.f64 d0, d1, d2", "vnmul floatMultiply fr:2-5 fw:0,1"),
            ("vmla.f32 s0, s1, s2", "vmla floatMultiplyAccumulate fr:0-2 fw:0 facc:0"),
            ("vnmls.f32 s0, s1, s2", "vnmls floatMultiplyAccumulate fr:0-2 fw:0 facc:0"),
            ("vfma.f32 s4, s1, s2", "vfma floatFusedMultiplyAccumulate fr:1,2,4 fw:4 facc:4"),
            ("vfnms.f64 d0, d1, d2", "vfnms floatFusedMultiplyAccumulate fr:0-5 fw:0,1 facc:0,1"),
        ])

    static let floatConversions = InstructionTable(
        "floating-point conversions",
        [
            ("vcvt.f32.s32 s0, s1", "vcvt floatConvert fr:1 fw:0"),
            ("vcvt.u32.f64 s0, d1", "vcvt floatConvert fr:2,3 fw:0"),
            ("vcvtr.s32.f32 s0, s1", "vcvtr floatConvert fr:1 fw:0"),
            ("vcvt.f64.f32 d0, s3", "vcvt floatConvert fr:3 fw:0,1"),
            ("vcvt.f32.f64 s3, d0", "vcvt floatConvert fr:0,1 fw:3"),
            ("vcvt.s16.f32 s5, s5, #16", "vcvt floatConvert fr:5 fw:5 #16"),
            ("vcvt.f64.u32 d1, d1, #1", "vcvt floatConvert fr:2,3 fw:2,3 #1"),
            ("vcvtt.f32.f16 s0, s1", "vcvtt floatConvert fr:1 fw:0"),
            ("vcvtb.f16.f32 s0, s1", "vcvtb floatConvert fr:0,1 fw:0"),
            ("vcvta.s32.f32 s0, s1", "vcvta floatConvert fr:1 fw:0"),
            ("vcvtm.u32.f64 s0, d1", "vcvtm floatConvert fr:2,3 fw:0"),
            ("vrintz.f32 s0, s1", "vrintz floatConvert fr:1 fw:0"),
            ("vrintp.f64 d0, d1", "vrintp floatConvert fr:2,3 fw:0,1"),
        ])

    static let floatMoves = InstructionTable(
        "floating-point moves",
        [
            ("vmov.f32 s0, s1", "vmov floatMove fr:1 fw:0"),
            ("vmov.f64 d0, d1", "vmov floatMove fr:2,3 fw:0,1"),
            ("vmov.f32 s0, #1.0", "vmov floatMove fw:0 #1065353216"),
            ("vmov.f64 d0, #-0.125", "vmov floatMove fw:0,1 #-1107296256"),
            ("vmov s3, r0", "vmov floatMove r:0 fw:3"),
            ("vmov r0, s3", "vmov floatMove w:0 fr:3"),
            ("vmov d1, r0, r2", "vmov floatMove r:0,2 fw:2,3"),
            ("vmov r0, r2, d1", "vmov floatMove w:0,2 fr:2,3"),
            ("vmov s3, s4, r0, r2", "vmov floatMove r:0,2 fw:3,4"),
            ("vmov r0, r2, s3, s4", "vmov floatMove w:0,2 fr:3,4"),
            ("vmov.32 d1[1], r0", "vmov floatMove r:0 fw:3"),
            ("vmov.32 r0, d1[0]", "vmov floatMove w:0 fr:2"),
            ("vmrs r0, fpscr", "vmrs floatMove w:0"),
            ("vmrs apsr_nzcv, fpscr", "vmrs floatMove f:w"),
            ("vmsr fpscr, r0", "vmsr floatMove r:0"),
        ])

    static let floatMemory = InstructionTable(
        "floating-point loads and stores",
        [
            ("vldr s1, [r0, #-4]", "vldr floatLoad r:0 a:0 fw:1 [load 4x1 r0-4 aligned]"),
            ("vldr d1, [pc, #8]", "vldr floatLoad r:15 a:15 fw:2,3 [load 8x1 r15+8 aligned]"),
            (
                "vstr d1, [sp, #1020]",
                "vstr floatStore r:13 a:13 fr:2,3 [store 8x1 r13+1020 aligned]"
            ),
            (
                "vpush {d8-d9}",
                "vpush floatStoreMultiple r:13 w:13 a:13 fr:16-19 [store 8x2 r13-16 pre aligned]"
            ),
            (
                "vpop {s16-s18}",
                "vpop floatLoadMultiple r:13 w:13 a:13 fw:16-18 [load 4x3 r13+12 post aligned]"
            ),
            (
                "vldmia r0!, {s0-s3}",
                "vldm floatLoadMultiple r:0 w:0 a:0 fw:0-3 [load 4x4 r0+16 post aligned]"
            ),
            (
                "vstmia r0, {d0-d15}",
                "vstm floatStoreMultiple r:0 a:0 fr:0-31 [store 8x16 r0 aligned]"
            ),
            (
                "vstmdb r0!, {d0}",
                "vstmdb floatStoreMultiple r:0 w:0 a:0 fr:0,1 [store 8x1 r0-8 pre aligned]"
            ),
        ])
}
