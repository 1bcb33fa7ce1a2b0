// SPDX-License-Identifier: GPL-2.0-or-later
#include <malloc.h>

#include "CUnicorn.h"

uint64_t *kl_hook_bounds(uc_hook handle, uint64_t begin, uint64_t end) {
    uint64_t *words = (uint64_t *)handle;
    size_t count = malloc_usable_size(words) / sizeof *words;
    uint64_t *found = NULL;
    for (size_t i = 0; i + 1 < count; i++) {
        if (words[i] == begin && words[i + 1] == end) {
            if (found != NULL) {
                return NULL;
            }
            found = words + i;
        }
    }
    return found;
}

void **kl_hook_user_data(uc_hook handle, const void *user_data) {
    void **words = (void **)handle;
    size_t count = malloc_usable_size(words) / sizeof *words;
    void **found = NULL;
    for (size_t i = 0; i < count; i++) {
        if (words[i] == user_data) {
            if (found != NULL) {
                return NULL;
            }
            found = words + i;
        }
    }
    return found;
}

void kl_count_access(uc_engine *engine, uc_mem_type type, uint64_t address, int size, int64_t value,
                     void *context) {
    (void)engine, (void)type, (void)address, (void)size, (void)value;
    ((kl_state *)context)->accesses++;
}
