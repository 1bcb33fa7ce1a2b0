// SPDX-License-Identifier: Apache-2.0
#include "runtime/file.h"

#include "runtime/semihosting.h"

#include <string.h>

KlFile kl_file_open(const char *name, enum KlFileMode mode) {
    // Modes are those of fopen by number: 1 is "rb", 5 is "wb".
    const uint32_t block[3] = {(uint32_t)name, mode == KL_FILE_READ ? 1 : 5, strlen(name)};
    return kl_semihosting(KL_SYS_OPEN, (uintptr_t)block);
}

// Both calls return the number of bytes that were not transferred.
bool kl_file_read(KlFile file, void *bytes, uint32_t length) {
    const uint32_t block[3] = {(uint32_t)file, (uint32_t)bytes, length};
    return kl_semihosting(KL_SYS_READ, (uintptr_t)block) == 0;
}

bool kl_file_write(KlFile file, const void *bytes, uint32_t length) {
    const uint32_t block[3] = {(uint32_t)file, (uint32_t)bytes, length};
    return kl_semihosting(KL_SYS_WRITE, (uintptr_t)block) == 0;
}

bool kl_file_seek(KlFile file, uint32_t offset) {
    const uint32_t block[2] = {(uint32_t)file, offset};
    return kl_semihosting(KL_SYS_SEEK, (uintptr_t)block) == 0;
}

int32_t kl_file_length(KlFile file) {
    const uint32_t block[1] = {(uint32_t)file};
    return kl_semihosting(KL_SYS_FLEN, (uintptr_t)block);
}

void kl_file_close(KlFile file) {
    const uint32_t block[1] = {(uint32_t)file};
    kl_semihosting(KL_SYS_CLOSE, (uintptr_t)block);
}
