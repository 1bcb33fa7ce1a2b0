// SPDX-License-Identifier: Apache-2.0
#include "parameters.h"

#include "runtime/model.h"

uint32_t parameters_hash(void) {
    uint32_t hash = 0x811c9dc5u;
    for (int32_t i = 0; i < kl_model.parameter_count; i++) {
        const uint8_t *bytes = kl_model.parameters[i].data;
        for (uint32_t k = 0; k < kl_model.parameters[i].bytes; k++)
            hash = (hash ^ bytes[k]) * 0x01000193u;
    }
    return hash;
}
