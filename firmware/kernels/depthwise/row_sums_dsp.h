// SPDX-License-Identifier: Apache-2.0
/// sum_any_rows in assembly for the usual windows, several outputs at a time.
///
/// A window row of the plane is a few words, which one LDM loads: x01 stands for elements 0 and 1.
/// With stride 1 the second of two outputs begins in the middle of a word: w0 meets the upper half
/// of x01, and the pairs (1, 2), (3, 4) of weights the words behind.
#ifndef KINGLET_DEPTHWISE_ROW_SUMS_DSP_H
#define KINGLET_DEPTHWISE_ROW_SUMS_DSP_H

#include "depthwise/row_sums.h"

#if KL_DSP && !defined(KINGLET_DSP_EMULATION)

_Static_assert(offsetof(row_work, entry) == 12 && offsetof(row_work, columns) == 24 &&
                   offsetof(row_work, end) == 36 && offsetof(row_work, back) == 44,
               "as the assembly has it");

// clang-format off

// A copy of the work stands on the stack. r12: sums, lr: end of the row's sums, r9: plane,
// r10: its pitch. All kernels end a row of outputs in the same way.
#define KL_END_ROWS                        \
    "cmp r12, lr\n"                        \
    "bcc 1b\n"                             \
    "mov r12, lr\n"                        \
    "ldrd r2, r3, [sp, #24]\n"             \
    "add lr, lr, r2\n"                     \
    "add r9, r9, r3\n"                     \
    "ldr r2, [sp, #36]\n"                  \
    "cmp r12, r2\n"                        \
    "bne 1b\n"

// Two outputs, windows of up to seven rows: one LDM sets both sums and the pointer to the weights
// and jumps to the first of `ROW`s that the window has. `BYTES` is the length of a ROW in the
// program, `ADVANCE` what two outputs advance the plane by.
#define KL_SUM_PAIRS(NAME, ROW, BYTES, ADVANCE)                             \
    static __attribute__((naked, noipa, unused)) void                       \
    NAME(const row_work *work __attribute__((unused)),                      \
         const kl_window *window __attribute__((unused))) {                 \
        __asm__("push {r4-r11, lr}\n"                                       \
                "sub sp, #48\n"                                             \
                "ldmia r0, {r1-r11}\n"                                      \
                "stmia sp, {r1-r11}\n"                                      \
                "mov r12, r9\n"               /* sums */                    \
                "add lr, r9, r7\n"            /* columns */                 \
                "mov r9, r5\n"                /* plane */                   \
                "mov r10, r6\n"               /* pitch */                   \
                "adr r5, 2f\n"                                              \
                "rsb r0, r11, #7\n"           /* rows that it has not */    \
                "movs r2, #" BYTES "\n"                                     \
                "mla r5, r0, r2, r5\n"                                      \
                "orr r5, r5, #1\n"                                          \
                "str r5, [sp, #12]\n"                                       \
                "mul r2, r11, r10\n"                                        \
                "rsb r2, r2, #" ADVANCE "\n"                                \
                "str r2, [sp, #44]\n"                                       \
                "1:\n"                                                      \
                "ldmia sp, {r0, r1, r11, pc}\n"                             \
                ".balign 4\n"                                               \
                "2:\n"                                                      \
                ROW ROW ROW ROW ROW ROW ROW                                 \
                "strd r0, r1, [r12], #8\n"                                  \
                "ldr r2, [sp, #44]\n"                                       \
                "add r9, r9, r2\n"                                          \
                KL_END_ROWS                                                 \
                "add sp, #48\n"                                             \
                "pop {r4-r11, pc}\n");                                      \
    }

KL_SUM_PAIRS(sum_pairs_5,
    "ldmia r9, {r2-r4}\n"              /* x01, x23, x45 */
    "ldmia r11!, {r5-r8}\n"            /* w01, w23, w12, w34 */
    "add.w r9, r9, r10\n"
    "smlad r0, r2, r5, r0\n"
    "smlad r0, r3, r6, r0\n"
    "smlabt r0, r4, r8, r0\n"
    "smlatb r1, r2, r5, r1\n"
    "smlad r1, r3, r7, r1\n"
    "smlad r1, r4, r8, r1\n", "36", "4")

KL_SUM_PAIRS(sum_pairs_7,
    "ldmia.w r9, {r2-r5}\n"            /* x01, x23, x45, x67 */
    "ldmia r11!, {r6-r8}\n"            /* w01, w23, w45 */
    "add.w r9, r9, r10\n"
    "smlad r0, r2, r6, r0\n"
    "smlad r0, r3, r7, r0\n"
    "smlad r0, r4, r8, r0\n"
    "smlatb r1, r2, r6, r1\n"
    "ldmia r11!, {r6-r8}\n"            /* w12, w34, w56 */
    "smlad r1, r3, r6, r1\n"
    "smlad r1, r4, r7, r1\n"
    "smlad r1, r5, r8, r1\n"
    "smlabt r0, r5, r8, r0\n", "48", "4")

KL_SUM_PAIRS(sum_pairs_7_stride_2,
    "ldmia r9, {r2-r4}\n"              /* x01, x23, x45 */
    "ldmia r11!, {r5-r8}\n"            /* w01, w23, w45, w56 */
    "smlad r0, r2, r5, r0\n"
    "smlad r0, r3, r6, r0\n"
    "smlad r0, r4, r7, r0\n"
    "smlad r1, r3, r5, r1\n"
    "smlad r1, r4, r6, r1\n"
    "ldrd r2, r3, [r9, #12]\n"         /* x67, x89 */
    "add.w r9, r9, r10\n"
    "smlad r1, r2, r7, r1\n"
    "smlabt r0, r2, r8, r0\n"
    "smlabt r1, r3, r8, r1\n", "48", "8")

// Four outputs of a 3x3 window, whose weights stand on the stack behind the work; three `ROW`s with
// the weights of each, the first of which begins the sums.
#define KL_SUM_FOURS(NAME, ROW, ADVANCE)                                    \
    static __attribute__((naked, noipa, unused)) void                       \
    NAME(const row_work *work __attribute__((unused)),                      \
         const kl_window *window __attribute__((unused))) {                 \
        __asm__("push {r4-r11, lr}\n"                                       \
                "sub sp, #72\n"                                             \
                "ldmia r0, {r1-r10}\n"                                      \
                "stmia sp, {r1-r10}\n"                                      \
                "mov r12, r9\n"               /* sums */                    \
                "add lr, r9, r7\n"            /* columns */                 \
                "mov r9, r5\n"                /* plane */                   \
                "mov r10, r6\n"               /* pitch */                   \
                "mvn r11, r6, lsl #1\n"                                     \
                "add r11, r11, #" ADVANCE " + 1\n"                          \
                "ldmia r3, {r0-r5}\n"         /* weights */                 \
                "add r6, sp, #48\n"                                         \
                "stmia r6, {r0-r5}\n"                                       \
                "1:\n"                                                      \
                "ldr r3, [sp]\n"                                            \
                ROW("48", "r3", "r3", "r3", "r10")                          \
                ROW("56", "r0", "r1", "r2", "r10")                          \
                ROW("64", "r0", "r1", "r2", "r11")                          \
                "stmia r12!, {r0-r3}\n"                                     \
                KL_END_ROWS                                                 \
                "add sp, #72\n"                                             \
                "pop {r4-r11, pc}\n");                                      \
    }

#define KL_ROW_3(WEIGHTS, A, B, C, NEXT)                 \
    "ldmia r9, {r4-r6}\n"              /* x01, x23, x45 */ \
    "ldrd r7, r8, [sp, #" WEIGHTS "]\n" /* w01, w12 */     \
    "add r9, r9, " NEXT "\n"                               \
    "smlad r0, r4, r7, " A "\n"                            \
    "smlatb r1, r4, r7, " B "\n"                           \
    "smlad r2, r5, r7, " C "\n"                            \
    "smlatb r3, r5, r7, r3\n"                              \
    "smlabt r0, r5, r8, r0\n"                              \
    "smlad r1, r5, r8, r1\n"                               \
    "smlabt r2, r6, r8, r2\n"                              \
    "smlad r3, r6, r8, r3\n"
KL_SUM_FOURS(sum_fours_3, KL_ROW_3, "8")

#define KL_ROW_3_STRIDE_2(WEIGHTS, A, B, C, NEXT)        \
    "ldmia r9, {r4-r6}\n"              /* x01, x23, x45 */ \
    "ldrd r7, r8, [sp, #" WEIGHTS "]\n" /* w01, w12 */     \
    "smlad r0, r4, r7, " A "\n"                            \
    "smlad r1, r5, r7, " B "\n"                            \
    "smlad r2, r6, r7, " C "\n"                            \
    "smlabt r0, r5, r8, r0\n"                              \
    "smlabt r1, r6, r8, r1\n"                              \
    "ldrd r4, r5, [r9, #12]\n"         /* x67, x89 */      \
    "add r9, r9, " NEXT "\n"                               \
    "smlad r3, r4, r7, r3\n"                               \
    "smlabt r2, r4, r8, r2\n"                              \
    "smlabt r3, r5, r8, r3\n"
KL_SUM_FOURS(sum_fours_3_stride_2, KL_ROW_3_STRIDE_2, "16")
// clang-format on

/// The quickest for a window.
static row_sums choose_row_sums(const kl_window *window) {
    int32_t taps = make_row_packing(window).taps, stride = window->stride_width;
    if (stride > 2 || taps > 7 || window->kernel_height > 7)
        return sum_any_rows;
    if (taps == 3)
        return stride == 1 ? sum_fours_3 : sum_fours_3_stride_2;
    if (stride == 2)
        return sum_pairs_7_stride_2;
    return taps == 5 ? sum_pairs_5 : sum_pairs_7;
}

#else

static row_sums choose_row_sums(const kl_window *window) {
    (void)window;
    return sum_any_rows;
}

#endif
#endif
