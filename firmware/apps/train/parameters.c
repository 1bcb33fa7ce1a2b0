// SPDX-License-Identifier: Apache-2.0
#include "parameters.h"

#include "runtime/model.h"
#include "runtime/store.h"
#include "runtime/text.h"

uint32_t parameters_hash(void) {
    uint32_t hash = 0x811c9dc5u;
    for (int32_t i = 0; i < kl_model.parameter_count; i++) {
        const uint8_t *bytes = kl_model.parameters[i].data;
        for (uint32_t k = 0; k < kl_model.parameters[i].bytes; k++)
            hash = (hash ^ bytes[k]) * 0x01000193u;
    }
    return hash;
}

static void put_line(const char *what, const char *problem) {
    kl_put(what);
    kl_put(problem);
    kl_put("\n");
}

void parameters_load(void) {
    const char *problem =
        kl_store_load(kl_model.parameters, kl_model.parameter_count, kl_model.fingerprint);
    if (problem)
        put_line("parameters: as compiled in; ", problem);
    else
        put_line("parameters: from flash", "");
}

bool parameters_save(void) {
    const char *problem =
        kl_store_save(kl_model.parameters, kl_model.parameter_count, kl_model.fingerprint);
    put_line(problem ? "error: the parameters are not saved: " : "parameters: saved to flash",
             problem ? problem : "");
    return problem == 0;
}
