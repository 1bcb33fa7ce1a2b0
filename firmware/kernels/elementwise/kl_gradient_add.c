// SPDX-License-Identifier: Apache-2.0
#include "internal/block_float.h"
#include "internal/geometry.h"
#include "kinglet/backward.h"

static int32_t is_zero(const kl_gradient *gradient, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if (gradient->data[i] != 0)
            return 0;
    return 1;
}

/// large * 2^raise + small, bits of `small` dropped before.
typedef struct {
    const kl_grad *large;
    const kl_grad *small;
    int32_t raise;
    int32_t drop;
} aligned_sum;

/// The magnitude of all sums; with a target (which may be an operand) also stores them, `shift`
/// bits dropped. `drop` is that of the sum: 0, mostly, where this is inlined with a constant.
KL_INLINE uint32_t run_sums(const aligned_sum *sum, int32_t drop, int32_t count, int32_t shift,
                            kl_grad *target) {
    const kl_grad *large = sum->large, *small = sum->small;
    int32_t raise = sum->raise;
    uint32_t magnitude = 0;
#pragma GCC unroll 4
    for (int32_t i = 0; i < count; i++) {
        int32_t value = large[i] * (1 << raise) + kl_jam(small[i], drop);
        magnitude |= kl_magnitude(value);
        if (target != 0)
            target[i] = (kl_grad)kl_jam(value, shift);
    }
    return magnitude;
}

void kl_gradient_add(kl_gradient *accumulator, const kl_gradient *addend, int32_t count) {
    if (is_zero(addend, count))
        return;
    if (is_zero(accumulator, count))
        accumulator->exponent = addend->exponent;
    // The larger exponent's mantissas are raised by at most 16 bits; beyond that the others lose.
    int32_t difference = accumulator->exponent - addend->exponent;
    const kl_gradient *large = difference > 0 ? accumulator : addend;
    const kl_gradient *small = difference > 0 ? addend : accumulator;
    int32_t distance = difference > 0 ? difference : -difference, raise = kl_min(distance, 16);
    aligned_sum sum = {large->data, small->data, raise, kl_min(distance - raise, 30)};
    int32_t exponent = large->exponent - raise, shift;
    if (sum.drop == 0) {
        shift = kl_needed_shift(run_sums(&sum, 0, count, 0, 0));
        run_sums(&sum, 0, count, shift, accumulator->data);
    } else {
        shift = kl_needed_shift(run_sums(&sum, sum.drop, count, 0, 0));
        run_sums(&sum, sum.drop, count, shift, accumulator->data);
    }
    accumulator->exponent = exponent + shift;
}
