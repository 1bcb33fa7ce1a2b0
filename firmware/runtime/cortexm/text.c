// SPDX-License-Identifier: Apache-2.0
#include "runtime/text.h"

#include "runtime/marker.h"
#include "runtime/semihosting.h"

void kl_put(const char *text) {
    if (kl_itm_enabled(KL_PORT_CONSOLE)) {
        while (*text)
            kl_itm_byte(KL_PORT_CONSOLE, (uint8_t)*text++);
    } else {
        kl_semihosting(KL_SYS_WRITE0, (uintptr_t)text);
    }
}
