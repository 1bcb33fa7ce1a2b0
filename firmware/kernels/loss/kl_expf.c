// SPDX-License-Identifier: Apache-2.0
#include "internal/block_float.h"
#include "kinglet/loss.h"

float kl_expf(float x) {
    if (x < -87.0F)
        return 0.0F;
    if (x > 88.0F)
        x = 88.0F;
    // x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 in two parts, of which the first has so few bits
    // that its product with n is exact.
    float scaled = x * 1.44269504F;
    int32_t n = (int32_t)(scaled < 0.0F ? scaled - 0.5F : scaled + 0.5F);
    float r = x - (float)n * 0.693145752F;
    r = r - (float)n * 1.42860682e-6F;
    // Taylor polynomial of degree 7: the remainder is below r^8 / 8! < 6e-9.
    float p = 1.0F / 5040.0F;
    p = p * r + 1.0F / 720.0F;
    p = p * r + 1.0F / 120.0F;
    p = p * r + 1.0F / 24.0F;
    p = p * r + 1.0F / 6.0F;
    p = p * r + 0.5F;
    p = p * r + 1.0F;
    p = p * r + 1.0F;
    return p * kl_power_of_two(n);
}
