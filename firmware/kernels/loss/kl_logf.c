// SPDX-License-Identifier: Apache-2.0
#include "internal/block_float.h"
#include "kinglet/loss.h"

float kl_logf(float x) {
    // x = m * 2^n with m in [sqrt(1/2), sqrt(2)).
    int32_t n = kl_float_exponent(x);
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits & 0x7fffffU) | 0x3f000000U;
    float m;
    memcpy(&m, &bits, sizeof m);
    if (m < 0.707106781F) {
        m = m * 2.0F;
        n -= 1;
    }
    // ln m = 2 artanh(s) with s = (m - 1) / (m + 1), |s| < 0.172; the first term left out is
    // below 2 s^11 / 11 < 1e-9.
    float f = m - 1.0F;
    float s = f / (m + 1.0F);
    float z = s * s;
    float p = 2.0F / 9.0F;
    p = p * z + 2.0F / 7.0F;
    p = p * z + 2.0F / 5.0F;
    p = p * z + 2.0F / 3.0F;
    // 2 s = f - s f, which keeps the rounding of s out of the leading term.
    float tail = s * (p * z - f) + (float)n * 1.42860682e-6F;
    return (float)n * 0.693145752F + (f + tail);
}
