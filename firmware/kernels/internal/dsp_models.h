// SPDX-License-Identifier: Apache-2.0
/// C models of the instructions in dsp.h, for tests of the DSP paths on a host
/// (KINGLET_DSP_EMULATION).
#ifndef KINGLET_INTERNAL_DSP_MODELS_H
#define KINGLET_INTERNAL_DSP_MODELS_H

#include <stdint.h>

KL_INLINE int32_t kl_low(int32_t pair) {
    return (int16_t)(uint16_t)(uint32_t)pair;
}
KL_INLINE int32_t kl_high(int32_t pair) {
    return (int16_t)(uint16_t)((uint32_t)pair >> 16);
}
KL_INLINE int32_t kl_pair(int32_t low, int32_t high) {
    return (int32_t)(((uint32_t)low & 0xffffU) | ((uint32_t)high << 16));
}
KL_INLINE int32_t kl_sxtb16(int32_t word) {
    return kl_pair((int8_t)(uint8_t)(uint32_t)word, (int8_t)(uint8_t)((uint32_t)word >> 16));
}
KL_INLINE int32_t kl_sxtb16_ror8(int32_t word) {
    return kl_sxtb16((int32_t)(((uint32_t)word >> 8) | ((uint32_t)word << 24)));
}
KL_INLINE int32_t kl_sxtab16(int32_t sum, int32_t word) {
    int32_t pair = kl_sxtb16(word);
    return kl_pair(kl_low(sum) + kl_low(pair), kl_high(sum) + kl_high(pair));
}
KL_INLINE int32_t kl_sxtab16_ror8(int32_t sum, int32_t word) {
    return kl_sxtab16(sum, (int32_t)(((uint32_t)word >> 8) | ((uint32_t)word << 24)));
}
KL_INLINE int32_t kl_uxtb16(int32_t word) {
    return (int32_t)((uint32_t)word & 0x00ff00ffU);
}
KL_INLINE int32_t kl_uxtb16_ror8(int32_t word) {
    return (int32_t)(((uint32_t)word >> 8) & 0x00ff00ffU);
}
KL_INLINE int32_t kl_smlad(int32_t a, int32_t b, int32_t sum) {
    return sum + kl_low(a) * kl_low(b) + kl_high(a) * kl_high(b);
}
KL_INLINE int32_t kl_smuad(int32_t a, int32_t b) {
    return kl_smlad(a, b, 0);
}
KL_INLINE int32_t kl_smlabb(int32_t a, int32_t b, int32_t sum) {
    return sum + kl_low(a) * kl_low(b);
}
KL_INLINE int32_t kl_smlatb(int32_t a, int32_t b, int32_t sum) {
    return sum + kl_high(a) * kl_low(b);
}
KL_INLINE int32_t kl_smlabt(int32_t a, int32_t b, int32_t sum) {
    return sum + kl_low(a) * kl_high(b);
}
KL_INLINE int32_t kl_smlatt(int32_t a, int32_t b, int32_t sum) {
    return sum + kl_high(a) * kl_high(b);
}
KL_INLINE int32_t kl_smlawb(int32_t a, int32_t b, int32_t sum) {
    return sum + (int32_t)(((int64_t)a * kl_low(b)) >> 16);
}
KL_INLINE int32_t kl_smlawt(int32_t a, int32_t b, int32_t sum) {
    return sum + (int32_t)(((int64_t)a * kl_high(b)) >> 16);
}
KL_INLINE int32_t kl_ssub16(int32_t a, int32_t b) {
    return kl_pair(kl_low(a) - kl_low(b), kl_high(a) - kl_high(b));
}
KL_INLINE int32_t kl_shadd16(int32_t a, int32_t b) {
    return kl_pair((kl_low(a) + kl_low(b)) >> 1, (kl_high(a) + kl_high(b)) >> 1);
}
KL_INLINE int32_t kl_pkhbt(int32_t low, int32_t high) {
    return kl_pair(low, high);
}
KL_INLINE int32_t kl_pkhtb(int32_t high, int32_t low) {
    return kl_pair(kl_high(low), kl_high(high));
}
KL_INLINE int32_t kl_ssat8(int32_t value) {
    return value > 127 ? 127 : value < -128 ? -128 : value;
}
KL_INLINE int32_t kl_select_not_below(int32_t a, int32_t b, int32_t chosen, int32_t other) {
    uint32_t result = 0;
    for (int32_t i = 0; i < 32; i += 8) {
        int32_t from = (int8_t)(uint8_t)((uint32_t)a >> i) >= (int8_t)(uint8_t)((uint32_t)b >> i)
                           ? chosen
                           : other;
        result |= (uint32_t)from & 255U << i;
    }
    return (int32_t)result;
}
KL_INLINE int32_t kl_usada8(int32_t bytes, int32_t sum) {
    for (int32_t i = 0; i < 32; i += 8)
        sum += (uint8_t)((uint32_t)bytes >> i);
    return sum;
}
KL_INLINE int32_t kl_sadd16(int32_t a, int32_t b) {
    return kl_pair(kl_low(a) + kl_low(b), kl_high(a) + kl_high(b));
}
KL_INLINE int32_t kl_sxtah(int32_t sum, int32_t pair) {
    return sum + kl_low(pair);
}
KL_INLINE int32_t kl_sxtah_ror16(int32_t sum, int32_t pair) {
    return sum + kl_high(pair);
}
KL_INLINE int32_t kl_smmulr(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b + 0x80000000LL) >> 32);
}
KL_INLINE int32_t kl_smmlar(int32_t a, int32_t b, int32_t sum) {
    return sum + kl_smmulr(a, b);
}
KL_INLINE int32_t kl_max_bytes(int32_t a, int32_t b) {
    uint32_t result = 0;
    for (int32_t i = 0; i < 32; i += 8) {
        int8_t first = (int8_t)((uint32_t)a >> i), second = (int8_t)((uint32_t)b >> i);
        result |= (uint32_t)(uint8_t)(first >= second ? first : second) << i;
    }
    return (int32_t)result;
}
KL_INLINE int32_t kl_min_bytes(int32_t a, int32_t b) {
    return ~kl_max_bytes(~a, ~b);
}

#endif
