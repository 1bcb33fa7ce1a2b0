// SPDX-License-Identifier: Apache-2.0
#include "kinglet/forward.h"

int32_t kl_clamp_mask_bytes(int32_t count) {
    return (count + 7) / 8;
}
