// SPDX-License-Identifier: Apache-2.0
/// Products of neighbouring pixels' gradients with one tap's packed weights of a block.
#ifndef KINGLET_CONVOLUTION_GRADIENT_PRODUCTS_H
#define KINGLET_CONVOLUTION_GRADIENT_PRODUCTS_H

#include "convolution/packed_block.h"
#include "internal/block_float.h"

#if KL_DSP

/// Products of the output channels from `first` on.
static inline void kl_add_products_plainly(const kl_grad *gradient, int32_t pixels, int32_t outputs,
                                           const int16_t *packed, int32_t first, int32_t *sums) {
    int32_t second = kl_round_up_4(outputs) * 2;
    for (; pixels > 0; pixels--, gradient += outputs, sums += KL_BLOCK)
        for (int32_t oc = first; oc < outputs; oc++) {
            int32_t slot = kl_pair_slot(oc & 3);
            const int16_t *weights = packed + (oc & ~3) * 2 + (slot >> 1) * 4 + (slot & 1);
            for (int32_t i = 0; i < KL_BLOCK; i++)
                sums[i] += gradient[oc] * weights[(i >> 1) * second + (i & 1) * 2];
        }
}

#if !defined(KINGLET_DSP_EMULATION)

/// What the assembly below works on; in its order.
typedef struct {
    const kl_grad *gradient;
    uint32_t entry; ///< into the loop, so that its turns of four groups come out even
    const int16_t *packed;
    const int16_t *end;    ///< of the groups of four output channels
    int32_t skip_bytes;    ///< from those of one pixel to the next pixel
    int32_t pixel_bytes;   ///< from one pixel to the next
    int32_t *sums;         ///< of the first pixel
    const int32_t *finish; ///< behind those of the last
    int32_t second_bytes;  ///< from the first pair of channels to the second
} kl_product_run;

// clang-format off

#if KINGLET_GRADIENT_BITS == 16

/// Two pixels times two channels: 16 products in 11 instructions.
#define KL_PRODUCT_GROUP                \
    "ldmia r2!, {r8-r11}\n"             \
    "ldrd r12, lr, [r0], #8\n"          \
    "smlad r4, r8, r12, r4\n"           \
    "smlad r5, r9, r12, r5\n"           \
    "smlad r4, r10, lr, r4\n"           \
    "smlad r5, r11, lr, r5\n"           \
    "ldrd r12, lr, [r1], #8\n"          \
    "smlad r6, r8, r12, r6\n"           \
    "smlad r7, r9, r12, r7\n"           \
    "smlad r6, r10, lr, r6\n"           \
    "smlad r7, r11, lr, r7\n"

#define KL_PRODUCT_GROUP_BYTES 44

/// For each pair of pixels: gradients r0 and r1, weights r2 to r3, sums r4-r7.
#define KL_PRODUCT_BEGIN                \
    "ldr r1, [r12, #20]\n"              \
    "add r1, r0, r1\n"
#define KL_PRODUCT_LOAD                 \
    "ldrd r4, r5, [r3]\n"               \
    "ldrd r6, r7, [r3, #16]\n"
#define KL_PRODUCT_STORE                \
    "ldrd r2, r3, [r12, #16]\n"         \
    "strd r4, r5, [lr], #16\n"          \
    "strd r6, r7, [lr], #16\n"          \
    "add r0, r1, r2\n"                  \
    "add r1, r0, r3\n"

#else

/// One pixel times four channels: 16 products in 13 instructions.
#define KL_PRODUCT_GROUP                \
    "ldr lr, [r0], #4\n"                \
    "ldmia r2!, {r8-r11}\n"             \
    "sxtb16 r12, lr\n"                  \
    "sxtb16 lr, lr, ror #8\n"           \
    "smlad r4, r8, r12, r4\n"           \
    "smlad r5, r9, r12, r5\n"           \
    "smlad r4, r10, lr, r4\n"           \
    "smlad r5, r11, lr, r5\n"           \
    "ldmia r1!, {r8-r11}\n"             \
    "smlad r6, r8, r12, r6\n"           \
    "smlad r7, r9, r12, r7\n"           \
    "smlad r6, r10, lr, r6\n"           \
    "smlad r7, r11, lr, r7\n"

#define KL_PRODUCT_GROUP_BYTES 52

/// For each pixel: gradient r0, weights r2 to r3 and r1, sums r4-r7.
#define KL_PRODUCT_BEGIN
#define KL_PRODUCT_LOAD                 \
    "ldm r3, {r4-r7}\n"                 \
    "ldr r1, [r12, #32]\n"              \
    "add r1, r1, r2\n"
#define KL_PRODUCT_STORE                \
    "ldr r2, [r12, #16]\n"              \
    "stmia lr!, {r4-r7}\n"              \
    "add r0, r0, r2\n"

#endif

/// Adds the products of whole groups; of pairs of pixels with 16-bit mantissas.
static __attribute__((noinline)) void kl_run_products(kl_product_run *run) {
    register kl_product_run *work __asm__("r12") = run;
    __asm__ volatile(
        "push {r12}\n"
        "adr.w r1, 2f\n"
        "ldrd r0, r2, [r12]\n"
        "add r1, r1, r2\n"
        "orr r1, r1, #1\n"
        "str r1, [r12, #4]\n"
        KL_PRODUCT_BEGIN
        "1:\n"
        "ldr r3, [r12, #24]\n"
        "ldrd lr, r2, [r12, #4]\n"
        KL_PRODUCT_LOAD
        "ldr r3, [r12, #12]\n"
        "bx lr\n"
        "2:\n"
        KL_PRODUCT_GROUP KL_PRODUCT_GROUP KL_PRODUCT_GROUP KL_PRODUCT_GROUP
        "cmp r2, r3\n"
        "bne.w 2b\n"
        "ldr r12, [sp]\n"
        "ldr lr, [r12, #24]\n"
        KL_PRODUCT_STORE
        "ldr r3, [r12, #28]\n"
        "str lr, [r12, #24]\n"
        "cmp lr, r3\n"
        "bne.w 1b\n"
        "pop {r12}\n"
        : "+r"(work)
        :
        : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "lr", "cc",
          "memory");
}

// clang-format on

/// sums of `pixels` (1 or more) neighbouring pixels += their gradients times the weights of a tap.
static void kl_add_products(const kl_grad *gradient, int32_t pixels, int32_t outputs,
                            const int16_t *packed, int32_t *sums) {
    int32_t whole = outputs & ~3, bytes = outputs * (int32_t)sizeof(kl_grad);
    int32_t second = kl_round_up_4(outputs) * 2, skip = (outputs & 3) * (int32_t)sizeof(kl_grad);
    uint32_t entry = (uint32_t)(-(outputs >> 2) & 3) * KL_PRODUCT_GROUP_BYTES;
#if KINGLET_GRADIENT_BITS == 16
    if ((((uint32_t)(uintptr_t)gradient | (uint32_t)bytes) & 3U) != 0)
        whole = 0; // double loads need whole words
    const int16_t *weights = packed;
    int32_t even = pixels & ~1;
    for (int32_t pair = 0; pair < 2 && whole > 0; pair++, weights += second) {
        int32_t *first = sums + 2 * pair, *last = first + even * KL_BLOCK;
        if (even > 0) {
            kl_product_run run = {gradient, entry, weights, weights + whole * 2, skip, bytes,
                                  first,    last,  0};
            kl_run_products(&run);
        }
        if (even != pixels) {
            // The last pixel twice.
            int32_t copy[2 * KL_BLOCK] = {last[0], last[1], 0, 0, 0, 0, 0, 0};
            kl_product_run run = {
                gradient + even * outputs, entry, weights, weights + whole * 2, 0, 0, copy,
                copy + 2 * KL_BLOCK,       0};
            kl_run_products(&run);
            last[0] = copy[0];
            last[1] = copy[1];
        }
    }
#else
    if (whole > 0) {
        kl_product_run run = {gradient,
                              entry,
                              packed,
                              packed + whole * 2,
                              skip,
                              bytes,
                              sums,
                              sums + pixels * KL_BLOCK,
                              second * (int32_t)sizeof(int16_t)};
        kl_run_products(&run);
    }
#endif
    if (whole < outputs)
        kl_add_products_plainly(gradient, pixels, outputs, packed, whole, sums);
}

#else

static void kl_add_products(const kl_grad *gradient, int32_t pixels, int32_t outputs,
                            const int16_t *packed, int32_t *sums) {
    kl_add_products_plainly(gradient, pixels, outputs, packed, 0, sums);
}

#endif

#else

static void kl_add_products(const kl_grad *gradient, int32_t pixels, int32_t outputs,
                            const int16_t *packed, int32_t *sums) {
    int32_t pitch = kl_round_up_4(outputs);
    for (; pixels > 0; pixels--, gradient += outputs, sums += KL_BLOCK)
        for (int32_t i = 0; i < KL_BLOCK; i++) {
            const int16_t *weights = packed + i * pitch;
            int32_t sum = 0;
            for (int32_t oc = 0; oc < outputs; oc++)
                sum += gradient[oc] * weights[oc];
            sums[i] += sum;
        }
}

#endif

#endif
