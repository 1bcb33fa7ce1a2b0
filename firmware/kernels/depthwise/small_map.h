// SPDX-License-Identifier: Apache-2.0
/// Depthwise input gradients on maps of up to 4x4 (one phase of the stride each).
///
/// No padding: each row of sums is the product of a gradient row of four elements with a 4x4 matrix
/// whose diagonals are a row of weights. Element (j, i) is weight i - j + the phase's offset: seven
/// halves, kept as the six words that overlap, so that one load has them all.
#ifndef KINGLET_DEPTHWISE_SMALL_MAP_H
#define KINGLET_DEPTHWISE_SMALL_MAP_H

#include "depthwise/phases.h"

/// Largest height and width, and halves of a row of weights.
#define KL_SMALL_MAP 4
#define KL_SMALL_ROW 12

/// True when both maps are small, the larger one in each phase of the stride.
KL_INLINE int32_t kl_is_small_map(const kl_conv_layer *layer) {
    const kl_window *window = &layer->window;
    return layer->output.height <= KL_SMALL_MAP && layer->output.width <= KL_SMALL_MAP &&
           layer->input.height <= KL_SMALL_MAP * window->stride_height &&
           layer->input.width <= KL_SMALL_MAP * window->stride_width;
}

/// Scratch beside the factors: sums, gradients and weights of two channels.
KL_INLINE int32_t kl_small_map_bytes(const kl_conv_layer *layer) {
    int32_t rows = phase_taps(layer->window.kernel_height, layer->window.stride_height, 0);
    int32_t elements = KL_SMALL_MAP * KL_SMALL_MAP;
    return 2 * (elements * ((int32_t)sizeof(int32_t) + (int32_t)sizeof(int16_t)) +
                rows * KL_SMALL_ROW * (int32_t)sizeof(int16_t));
}

/// Where the sums of one row come from: bytes to its first gradient row and row of weights.
typedef struct {
    int32_t gradient;
    int32_t weights;
    int32_t skipped; ///< bytes of code for the rows that are not there, of four
} kl_small_row;

/// One channel of a phase; in the order that the assembly below knows.
typedef struct {
    const int16_t *gradient; ///< [4][4]
    const int16_t *weights;  ///< [rows][KL_SMALL_ROW], mirrored
    int32_t *sums;           ///< [count][4]
    int32_t *end;            ///< behind them
    const kl_small_row *plan;
} kl_small_sums;

/// Bytes of code for a row in kl_sum_small_map.
#define KL_SMALL_CODE 40

/// `offset`: the weight row that meets gradient row 0 in the first sums' row.
static void kl_plan_small_map(kl_small_row plan[KL_SMALL_MAP], int32_t gradients, int32_t rows,
                              int32_t offset) {
    for (int32_t i = 0; i < KL_SMALL_MAP; i++) {
        int32_t first = kl_max(0, i + offset + 1 - rows), last = kl_min(gradients - 1, i + offset);
        int32_t count = kl_max(0, last + 1 - first);
        kl_small_row row = {0, 0, (KL_SMALL_MAP - count) * KL_SMALL_CODE};
        if (count > 0) {
            row.gradient = first * KL_SMALL_MAP * (int32_t)sizeof(int16_t);
            row.weights =
                (rows - 1 - (i + offset - first)) * KL_SMALL_ROW * (int32_t)sizeof(int16_t);
        }
        plan[i] = row;
    }
}

#if KL_DSP && !defined(KINGLET_DSP_EMULATION)

// clang-format off

/// 16 products in 10 instructions, of 4 bytes each.
#define KL_SMALL_PRODUCTS               \
    "ldmia r1!, {r8-r12, lr}\n"         \
    "ldrd r6, r7, [r0], #8\n"           \
    "smlad r2, r11, r6, r2\n"           \
    "smlad r3, r10, r6, r3\n"           \
    "smlad r4, r9, r6, r4\n"            \
    "smlad r5, r8, r6, r5\n"            \
    "smlad r2, lr, r7, r2\n"            \
    "smlad r3, r12, r7, r3\n"           \
    "smlad r4, r11, r7, r4\n"           \
    "smlad r5, r10, r7, r5\n"

/// The sums of all rows. Advances sums and plan.
static __attribute__((noinline)) void kl_sum_small_map(kl_small_sums *phase) {
    register kl_small_sums *work __asm__("r12") = phase;
    __asm__ volatile(
        "push {r12}\n"
        "1:\n"
        "ldr r0, [r12, #16]\n"
        "adr.w lr, 2f\n"
        "ldmia r0!, {r6-r8}\n"
        "orr lr, lr, #1\n"
        "str r0, [r12, #16]\n"
        "ldrd r0, r1, [r12]\n"
        "add lr, lr, r8\n"
        "add r0, r0, r6\n"
        "add r1, r1, r7\n"
        "mov r2, #0\n"
        "mov r3, #0\n"
        "mov r4, #0\n"
        "mov r5, #0\n"
        "bx lr\n"
        ".balign 4\n"
        "2:\n"
        KL_SMALL_PRODUCTS KL_SMALL_PRODUCTS KL_SMALL_PRODUCTS KL_SMALL_PRODUCTS
        "ldr r12, [sp]\n"
        "ldrd r0, r1, [r12, #8]\n"
        "stmia r0!, {r2-r5}\n"
        "cmp r0, r1\n"
        "str r0, [r12, #8]\n"
        "bne.w 1b\n"
        "pop {r12}\n"
        : "+r"(work)
        :
        : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "lr", "cc",
          "memory");
}

// clang-format on

#else

static void kl_sum_small_map(kl_small_sums *phase) {
    for (; phase->sums != phase->end; phase->plan++) {
        const int16_t *gradient = phase->gradient + phase->plan->gradient / 2;
        const int16_t *weights = phase->weights + phase->plan->weights / 2;
        int32_t count = KL_SMALL_MAP - phase->plan->skipped / KL_SMALL_CODE;
        for (int32_t i = 0; i < KL_SMALL_MAP; i++) {
            int32_t sum = 0;
            for (int32_t row = 0; row < count; row++)
                for (int32_t j = 0; j < KL_SMALL_MAP; j++) {
                    // Both halves of words 0...5, of which words 2 and 4 repeat a diagonal.
                    int32_t diagonal = j - i + 3;
                    int32_t half = diagonal < 6 ? 2 * diagonal : 11;
                    sum += gradient[row * KL_SMALL_MAP + j] * weights[row * KL_SMALL_ROW + half];
                }
            *phase->sums++ = sum;
        }
    }
}

#endif

/// A row of two channels' gradients; one where there is no second.
KL_INLINE void kl_copy_small_row(const kl_grad *gradient, int32_t channels, int32_t columns,
                                 int32_t count, int16_t *first, int16_t *second) {
    int32_t x = 0;
#if KL_DSP && KINGLET_GRADIENT_BITS == 16
    int32_t paired = count == 2 ? columns & ~1 : 0;
    for (; x < paired; x += 2, gradient += 2 * channels) {
        int32_t left = kl_load_word(gradient), right = kl_load_word(gradient + channels);
        kl_store_word(first + x, kl_pkhbt(left, right));
        kl_store_word(second + x, kl_pkhtb(right, left));
    }
#endif
    for (; x < columns; x++, gradient += channels) {
        first[x] = gradient[0];
        second[x] = gradient[count - 1];
    }
}

static __attribute__((noinline)) void kl_copy_small_maps(const kl_grad *gradient,
                                                         const kl_shape *shape, int32_t count,
                                                         int16_t *first, int16_t *second) {
    int32_t channels = shape->channels, width = shape->width;
    for (int32_t y = 0; y < shape->height; y++, gradient += width * channels) {
        if (count == 2 && width == KL_SMALL_MAP)
            kl_copy_small_row(gradient, channels, KL_SMALL_MAP, 2, first, second);
        else
            kl_copy_small_row(gradient, channels, width, count, first, second);
        first += KL_SMALL_MAP;
        second += KL_SMALL_MAP;
    }
}

/// Sets both words that hold a diagonal, from its place in the second one on.
KL_INLINE void kl_set_diagonal(int16_t *place, int32_t weight) {
#if KL_DSP
    kl_store_word(place - 1, kl_pkhbt(weight, weight));
#else
    place[-1] = place[0] = (int16_t)weight;
#endif
}

/// Two channels' scaled weights on their diagonals, `other` apart.
static __attribute__((noinline)) void kl_pack_small_maps(const phase_work *work, int32_t c,
                                                         int32_t other, int16_t *packed,
                                                         int32_t distance) {
    int32_t rows = work->vertical.taps, last = work->horizontal.taps - 1;
    int32_t shift = work->scaling.shift, half = 1 << (shift - 1);
    int32_t step = tap_step(work->layer), row_step = tap_row_step(work->layer);
    int32_t factor = work->factors[c], second_factor = work->factors[c + other];
    int32_t offset = work->horizontal.offset, first = kl_max(0, offset - 2);
    int32_t count = kl_min(last, offset + 2) + 1 - first;
    const int8_t *weights = work->weights + c;
    int16_t *row = packed + (rows - 1) * KL_SMALL_ROW;
    int16_t *target = row + 2 * (offset - first + 3);
    for (int32_t i = 0; i < rows; i++, target -= KL_SMALL_ROW) {
        // Diagonals 1...5.
        const int8_t *next = weights + i * row_step + first * step;
        for (int16_t *place = target; place != target - 2 * count; place -= 2, next += step) {
            kl_set_diagonal(place, (next[0] * factor + half) >> shift);
            kl_set_diagonal(place + distance, (next[other] * second_factor + half) >> shift);
        }
    }
    // Diagonals 6 and 0 are in one word only.
    for (int32_t edge = 0; edge < 2; edge++) {
        int32_t tap = edge == 0 ? offset - 3 : offset + 3;
        int16_t *place = row + (edge == 0 ? KL_SMALL_ROW - 1 : 0);
        if (tap < 0 || tap > last)
            continue;
        for (int32_t i = 0; i < rows; i++, place -= KL_SMALL_ROW) {
            const int8_t *next = weights + i * row_step + tap * step;
            place[0] = (int16_t)((next[0] * factor + half) >> shift);
            place[distance] = (int16_t)((next[other] * second_factor + half) >> shift);
        }
    }
}

/// Stores a row of the sums of two channels that are KL_SMALL_MAP * KL_SMALL_MAP apart, or of one;
/// returns their magnitude.
KL_INLINE uint32_t kl_store_small_row(const int32_t *sums, int32_t columns, int32_t count,
                                      int32_t shift, kl_grad *target, int32_t step) {
    uint32_t magnitude = 0, mask = (1U << shift) - 1U;
#pragma GCC unroll 4
    for (int32_t x = 0; x < columns; x++, target += step) {
        int32_t first = sums[x], second = sums[x + KL_SMALL_MAP * KL_SMALL_MAP];
        magnitude |= kl_magnitude(first);
        first = (first | (int32_t)(((uint32_t)first & mask) + mask)) >> shift;
        if (count == 2) {
            magnitude |= kl_magnitude(second);
            second = (second | (int32_t)(((uint32_t)second & mask) + mask)) >> shift;
#if KL_DSP && KINGLET_GRADIENT_BITS == 16
            kl_store_word(target, kl_pkhbt(first, second));
            continue;
#endif
            target[1] = (kl_grad)second;
        }
        target[0] = (kl_grad)first;
    }
    return magnitude;
}

static __attribute__((noinline)) uint32_t
kl_store_small_maps(const phase_work *work, const int32_t *sums, int32_t c, int32_t count) {
    int32_t step = result_step(work->layer), row_step = result_row_step(work->layer);
    int32_t columns = work->horizontal.count;
    uint32_t magnitude = 0;
    kl_grad *row = phase_result(work, 0) + c;
    for (int32_t y = 0; y < work->vertical.count; y++, row += row_step, sums += KL_SMALL_MAP) {
        if (count == 2 && columns == KL_SMALL_MAP)
            magnitude |= kl_store_small_row(sums, KL_SMALL_MAP, 2, work->shift, row, step);
        else
            magnitude |= kl_store_small_row(sums, columns, count, work->shift, row, step);
    }
    return magnitude;
}

/// One or two channels of a phase, whose gradients are in `maps`.
static void run_small_phase(phase_work *work, int32_t c, int32_t count, int32_t *sums,
                            const int16_t *maps, int16_t *packed) {
    int32_t elements = KL_SMALL_MAP * KL_SMALL_MAP, distance = work->vertical.taps * KL_SMALL_ROW;
    kl_small_row plan[KL_SMALL_MAP];
    kl_plan_small_map(plan, work->layer->output.height, work->vertical.taps, work->vertical.offset);
    // Another phase's weights may be on other diagonals.
    if (phase_count(work->layer) > 1)
        kl_fill_bytes(packed, 0, 2 * distance * (int32_t)sizeof(*packed));
    kl_pack_small_maps(work, c, count - 1, packed, distance);
    for (int32_t i = 0; i < count; i++) {
        int32_t *first = sums + i * elements;
        kl_small_sums channel = {maps + i * elements, packed + i * distance, first,
                                 first + work->vertical.count * KL_SMALL_MAP, plan};
        kl_sum_small_map(&channel);
    }
    uint32_t magnitude = kl_store_small_maps(work, sums, c, count);
    int32_t needed = kl_needed_shift(magnitude);
    if (needed > work->shift) {
        drop_stored(work, c, count, needed);
        kl_store_small_maps(work, sums, c, count);
    }
}

/// Two channels at a time, all phases of them.
static void run_small_maps(phase_work *work, const kl_gradient *gradient, void *scratch) {
    const kl_shape *shape = &work->layer->output;
    int32_t elements = KL_SMALL_MAP * KL_SMALL_MAP, phases = phase_count(work->layer);
    int32_t *sums = scratch;
    int16_t *maps = (int16_t *)(sums + 2 * elements), *packed = maps + 2 * elements;
    kl_fill_bytes(maps, 0, kl_small_map_bytes(work->layer) - 2 * elements * (int32_t)sizeof(*sums));
    for (int32_t c = 0; c < shape->channels; c += 2) {
        int32_t count = kl_min(2, shape->channels - c);
        kl_copy_small_maps(gradient->data + c, shape, count, maps, maps + elements);
        for (int32_t phase = 0; phase < phases; phase++)
            if (begin_phase(work, phase, c, count))
                run_small_phase(work, c, count, sums, maps, packed);
    }
}

#endif
