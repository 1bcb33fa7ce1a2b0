// SPDX-License-Identifier: Apache-2.0
#include "internal/weight_gradient.h"
#include "kinglet/backward.h"

int32_t kl_conv_weight_gradient_scratch_bytes(const kl_conv_layer *layer) {
    return kl_weight_gradient_scratch(layer);
}
