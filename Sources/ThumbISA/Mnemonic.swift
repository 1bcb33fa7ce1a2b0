// SPDX-License-Identifier: GPL-2.0-or-later

/// Base mnemonics, without condition, `s` suffix, width or data-type qualifier.
///
/// One spelling per operation: `addw` is `add`, `neg` is `rsb`, `movs r0, r1` is `mov`, `ldmia` is
/// `ldm`, `ldmia sp!` is `pop`, `vselge` is `vsel`, `ldcl` is `ldc`. An encoding that ARMv7E-M does not
/// define is `udf` with the class `.undefined`.
package enum Mnemonic: String, Sendable, CaseIterable {
    // Add, subtract, compare, logic, move.
    case adc, add, adr, and, bic, cmn, cmp, eor, mov, movt, movw, mvn, orn, orr
    case rsb, sbc, sub, teq, tst
    // Shifts as the operation.
    case asr, lsl, lsr, ror, rrx
    // Bit fields, extension, packing, reversal.
    case bfc, bfi, clz, pkhbt, pkhtb, rbit, rev, rev16, revsh, sbfx, ubfx
    case sxtab, sxtab16, sxtah, sxtb, sxtb16, sxth
    case uxtab, uxtab16, uxtah, uxtb, uxtb16, uxth
    // Parallel and saturating arithmetic.
    case sadd8, sadd16, sasx, ssax, ssub8, ssub16
    case qadd8, qadd16, qasx, qsax, qsub8, qsub16
    case shadd8, shadd16, shasx, shsax, shsub8, shsub16
    case uadd8, uadd16, uasx, usax, usub8, usub16
    case uqadd8, uqadd16, uqasx, uqsax, uqsub8, uqsub16
    case uhadd8, uhadd16, uhasx, uhsax, uhsub8, uhsub16
    case qadd, qdadd, qdsub, qsub, sel, ssat, ssat16, usat, usat16, usad8, usada8
    // Multiplies with a 32-bit result.
    case mul, mla, mls
    case smlabb, smlabt, smlatb, smlatt, smlawb, smlawt
    case smlad, smladx, smlsd, smlsdx, smmla, smmlar, smmls, smmlsr, smmul, smmulr
    case smuad, smuadx, smulbb, smulbt, smultb, smultt, smulwb, smulwt, smusd, smusdx
    // Multiplies with a 64-bit result.
    case smlal, smlalbb, smlalbt, smlaltb, smlaltt, smlald, smlaldx, smlsld, smlsldx
    case smull, umaal, umlal, umull
    case sdiv, udiv
    // Loads and stores.
    case ldr, ldrb, ldrh, ldrsb, ldrsh, str, strb, strh
    case ldrt, ldrbt, ldrht, ldrsbt, ldrsht, strt, strbt, strht
    case ldrd, strd, ldm, ldmdb, pop, stm, stmdb, push
    case clrex, ldrex, ldrexb, ldrexh, strex, strexb, strexh
    case pld, pli
    // Branches.
    case b, bl, blx, bx, cbnz, cbz, it, tbb, tbh
    // Hints, barriers, system.
    case dbg, nop, sev, wfe, wfi, yield
    case dmb, dsb, isb
    case bkpt, svc, udf
    case cpsid, cpsie, mrs, msr
    // Coprocessors other than the floating-point unit.
    case cdp, cdp2, ldc, ldc2, mcr, mcr2, mcrr, mcrr2, mrc, mrc2, mrrc, mrrc2, stc, stc2
    // Floating point: FPv4-SP and FPv5, single and double precision.
    case vabs, vadd, vcmp, vcmpe, vdiv, vmaxnm, vminnm, vmul, vneg, vnmul, vsel, vsqrt, vsub
    case vfma, vfms, vfnma, vfnms, vmla, vmls, vnmla, vnmls
    case vcvt, vcvta, vcvtb, vcvtm, vcvtn, vcvtp, vcvtr, vcvtt
    case vrinta, vrintm, vrintn, vrintp, vrintr, vrintx, vrintz
    case vldm, vldmdb, vldr, vpop, vpush, vstm, vstmdb, vstr
    case vmov, vmrs, vmsr
}
