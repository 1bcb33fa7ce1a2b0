// SPDX-License-Identifier: Apache-2.0
#include "kinglet/loss.h"

int32_t kl_argmax_s8(const int8_t *values, int32_t count) {
    int32_t best = 0;
    for (int32_t i = 1; i < count; i++)
        if (values[i] > values[best])
            best = i;
    return best;
}
