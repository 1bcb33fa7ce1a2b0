// SPDX-License-Identifier: Apache-2.0
#include "internal/block_float.h"
#include "internal/geometry.h"
#include "kinglet/backward.h"

/// How the two tensors are brought to one exponent: left shifts, after dropping bits of one.
typedef struct {
    int32_t raise[2];
    int32_t drop[2];
} alignment;

static int32_t aligned_sum(const alignment *plan, int32_t a, int32_t b) {
    a = kl_jam(a, plan->drop[0]) * (1 << plan->raise[0]);
    b = kl_jam(b, plan->drop[1]) * (1 << plan->raise[1]);
    return a + b;
}

static int32_t is_zero(const kl_gradient *gradient, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        if (gradient->data[i] != 0)
            return 0;
    return 1;
}

void kl_gradient_add(kl_gradient *accumulator, const kl_gradient *addend, int32_t count) {
    if (is_zero(addend, count))
        return;
    if (is_zero(accumulator, count))
        accumulator->exponent = addend->exponent;
    // The larger exponent's mantissas are raised by at most 16 bits; beyond that the others lose.
    int32_t difference = accumulator->exponent - addend->exponent;
    int32_t larger = difference > 0 ? 0 : 1;
    int32_t distance = difference > 0 ? difference : -difference;
    alignment plan = {{0, 0}, {0, 0}};
    plan.raise[larger] = kl_min(distance, 16);
    plan.drop[1 - larger] = kl_min(distance - plan.raise[larger], 30);
    int32_t exponent = (larger == 0 ? accumulator : addend)->exponent - plan.raise[larger];

    uint32_t magnitude = 0;
    for (int32_t i = 0; i < count; i++)
        magnitude |= kl_magnitude(aligned_sum(&plan, accumulator->data[i], addend->data[i]));
    int32_t shift = kl_needed_shift(magnitude);
    for (int32_t i = 0; i < count; i++) {
        int32_t sum = aligned_sum(&plan, accumulator->data[i], addend->data[i]);
        accumulator->data[i] = (kl_grad)kl_jam(sum, shift);
    }
    accumulator->exponent = exponent + shift;
}
