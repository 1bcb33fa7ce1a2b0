// SPDX-License-Identifier: Apache-2.0
/// Products of two output channels' gradients with the packed inputs of blocks of four channels.
#ifndef KINGLET_INTERNAL_WEIGHT_PRODUCTS_H
#define KINGLET_INTERNAL_WEIGHT_PRODUCTS_H

#include "internal/block_float.h"

/// Pairs of pixels as [pair][output channel] words of two halves; `count` (1 or 2) channels exist.
static __attribute__((noinline, unused)) void kl_pack_gradients(const kl_grad *gradient,
                                                                int32_t count, int32_t channels,
                                                                int32_t pixels, int16_t *packed) {
    int32_t second = count - 1;
#if KL_DSP && KINGLET_GRADIENT_BITS == 16
    for (; count == 2 && pixels >= 2; pixels -= 2, gradient += 2 * channels, packed += 4) {
        int32_t left = kl_load_word(gradient), right = kl_load_word(gradient + channels);
        kl_store_word(packed, kl_pkhbt(left, right));
        kl_store_word(packed + 2, kl_pkhtb(right, left));
    }
#endif
    for (; pixels > 0; pixels -= 2, gradient += 2 * channels, packed += 4) {
        const kl_grad *next = gradient + channels;
        packed[0] = gradient[0];
        packed[1] = pixels > 1 ? next[0] : 0;
        packed[2] = gradient[second];
        packed[3] = pixels > 1 ? next[second] : 0;
    }
}

/// What kl_multiply_blocks works on; in the order that the assembly below knows.
typedef struct {
    const int16_t *gradient; ///< of kl_pack_gradients
    uint32_t entry;          ///< into the loop, so that its turns of four pairs come out even
    const int16_t *end;      ///< of the gradients
    const int16_t *inputs;   ///< [block][pair][channel][half]
    int32_t *sums;           ///< [block][channel] of the first output channel
    int32_t *finish;         ///< behind them
    int32_t second_bytes;    ///< to those of the second
} kl_weight_products;

#if KL_DSP && !defined(KINGLET_DSP_EMULATION)

// clang-format off

/// 16 products in 11 instructions, of 4 bytes each.
#define KL_WEIGHT_PRODUCTS              \
    "ldrd r8, r9, [r12], #8\n"          \
    "ldrd r10, r11, [lr], #8\n"         \
    "smlad r0, r8, r10, r0\n"           \
    "smlad r1, r8, r11, r1\n"           \
    "smlad r4, r9, r10, r4\n"           \
    "smlad r5, r9, r11, r5\n"           \
    "ldrd r10, r11, [lr], #8\n"         \
    "smlad r2, r8, r10, r2\n"           \
    "smlad r3, r8, r11, r3\n"           \
    "smlad r6, r9, r10, r6\n"           \
    "smlad r7, r9, r11, r7\n"

/// The sums of all blocks. Advances sums.
static __attribute__((noinline)) void kl_multiply_blocks(kl_weight_products *products) {
    register kl_weight_products *work __asm__("r12") = products;
    __asm__ volatile(
        "ldr lr, [r12, #8]\n"
        "push {r12, lr}\n"
        "adr.w r1, 2f\n"
        "ldr r0, [r12, #4]\n"
        "add r1, r1, r0\n"
        "orr r1, r1, #1\n"
        "str r1, [r12, #4]\n"
        "ldr lr, [r12, #12]\n"
        "1:\n"
        "mov r0, #0\n"
        "mov r1, #0\n"
        "mov r2, #0\n"
        "mov r3, #0\n"
        "mov r4, #0\n"
        "mov r5, #0\n"
        "mov r6, #0\n"
        "mov r7, #0\n"
        "ldrd r12, r8, [r12]\n"
        "bx r8\n"
        "2:\n"
        KL_WEIGHT_PRODUCTS KL_WEIGHT_PRODUCTS KL_WEIGHT_PRODUCTS KL_WEIGHT_PRODUCTS
        "ldr r8, [sp, #4]\n"
        "cmp r12, r8\n"
        "bne.w 2b\n"
        "ldr r12, [sp]\n"
        "ldrd r8, r9, [r12, #16]\n"
        "ldr r10, [r12, #24]\n"
        "add r10, r10, r8\n"
        "stmia r8!, {r0-r3}\n"
        "stmia r10, {r4-r7}\n"
        "str r8, [r12, #16]\n"
        "cmp r8, r9\n"
        "bne.w 1b\n"
        "pop {r12, lr}\n"
        : "+r"(work)
        :
        : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "lr", "cc",
          "memory");
}

// clang-format on

#else

static void kl_multiply_blocks(kl_weight_products *work) {
    const int16_t *inputs = work->inputs;
    int32_t *second = work->sums + work->second_bytes / (int32_t)sizeof(int32_t);
    for (; work->sums != work->finish; work->sums += 4, second += 4) {
        for (int32_t i = 0; i < 4; i++)
            work->sums[i] = second[i] = 0;
        for (const int16_t *pair = work->gradient; pair != work->end; pair += 4, inputs += 8)
            for (int32_t i = 0; i < 4; i++) {
                work->sums[i] += pair[0] * inputs[2 * i] + pair[1] * inputs[2 * i + 1];
                second[i] += pair[2] * inputs[2 * i] + pair[3] * inputs[2 * i + 1];
            }
    }
}

#endif

#endif
