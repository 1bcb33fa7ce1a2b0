// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "CUnicorn.h"
#include "Internals.h"

#if defined(__x86_64__) && defined(KINGLET_STATIC_UNICORN)

// Unicorn's own, right in every case, and what translations call for VFMA.F32 and its kin.
__attribute__((weak)) uint32_t float32_add_arm(uint32_t a, uint32_t b, void *status);
__attribute__((weak)) uint32_t float32_muladd_arm(uint32_t a, uint32_t b, uint32_t c, int flags,
                                                  void *status);
__attribute__((weak)) uint32_t helper_vfp_muladds_arm(uint32_t a, uint32_t b, uint32_t c,
                                                      void *status);

// Bytes of the state that a helper gets, and values in them.
enum { ROUNDING = 1, FLAGS = 2, STATUS_BYTES = 16, UP = 2, INEXACT = 32 };

static float number(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline bool is_zero(uint32_t bits) {
    return bits << 1 == 0;
}

// Not zero, and not subnormal, infinite or no number.
static inline bool is_normal(uint32_t bits) {
    return (bits + 0x00800000 & 0x7FFFFFFF) >= 0x01000000;
}

static inline bool is_plain(uint32_t bits) {
    return is_normal(bits) || is_zero(bits);
}

// A VFMA of ordinary numbers, to the nearest, when inexactness is no news: the host has the same.
__attribute__((target("fma"))) static uint32_t multiply_add(uint32_t a, uint32_t b, uint32_t c,
                                                            void *status) {
    uint16_t mode;
    memcpy(&mode, (uint8_t *)status + ROUNDING, sizeof mode);
    bool is_usual = (mode & (0xFF | INEXACT << 8)) == INEXACT << 8;
    if (__builtin_expect(is_usual && is_plain(a) && is_plain(b) && is_plain(c), 1)) {
        float value = __builtin_fmaf(number(a), number(b), number(c));
        uint32_t result;
        memcpy(&result, &value, sizeof result);
        // The least normal number may have been less before it was rounded.
        bool is_above = is_normal(result) && (result & 0x7FFFFFFF) != 0x00800000;
        if (__builtin_expect(is_above || is_zero(a) || is_zero(b), 1)) {
            return result;
        }
    }
    return float32_muladd_arm(a, b, c, 0, status);
}

// Where the rounding mode and the flags are in the state, by having them act.
static bool is_status_known(void) {
    uint8_t status[STATUS_BYTES] = {0};
    uint8_t expected[STATUS_BYTES] = {0};
    const uint32_t one = 0x3F800000;
    const uint32_t tiny = 0x30800000;
    if (float32_add_arm(one, one, status) != 0x40000000 ||
        memcmp(status, expected, sizeof status) != 0) {
        return false;
    }
    expected[FLAGS] = INEXACT;
    if (float32_add_arm(one, tiny, status) != one || memcmp(status, expected, sizeof status) != 0) {
        return false;
    }
    status[ROUNDING] = UP;
    return float32_add_arm(one, tiny, status) == one + 1;
}

static bool replace(void) {
    return kl_is_known_version() && __builtin_cpu_supports("fma") && is_status_known() &&
           kl_write_jump((void *)helper_vfp_muladds_arm, (void *)multiply_add);
}
#else
static bool replace(void) {
    return false;
}
#endif

KL_ONCE(kl_replace_float_helpers, replace)
