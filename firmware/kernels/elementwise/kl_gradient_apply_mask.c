// SPDX-License-Identifier: Apache-2.0
#include "internal/dsp.h"
#include "kinglet/backward.h"

void kl_gradient_apply_mask(kl_gradient *gradient, int32_t count, const uint8_t *mask) {
    kl_grad *data = gradient->data;
    for (; count > 0; count -= 8, data += 8) {
        uint32_t bits = *mask++;
        if (bits == 255U)
            continue;
        if (count >= 8) {
#pragma GCC unroll 8
            for (int32_t i = 0; i < 8; i++)
                if ((bits >> i & 1U) == 0)
                    data[i] = 0;
        } else {
            for (int32_t i = 0; i < count; i++)
                if ((bits >> i & 1U) == 0)
                    data[i] = 0;
        }
    }
}
