// SPDX-License-Identifier: Apache-2.0
#include "runtime/flash.h"

#include "files_folder.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { CAPACITY = 1 << 20, SECTOR = 4096 };

static const char *const unwritable = "flash.bin cannot be written in the --files folder";

uint32_t kl_flash_capacity(void) {
    return CAPACITY;
}

static FILE *open_room(bool writes) {
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/flash.bin", kl_files_folder);
    if (length < 0 || (size_t)length >= sizeof path)
        return NULL;
    FILE *room = fopen(path, writes ? "r+b" : "rb");
    return room || !writes ? room : fopen(path, "w+b");
}

// What lies beyond the file's end was never written.
static void read_room(FILE *room, uint32_t offset, uint8_t *bytes, uint32_t length) {
    size_t done = 0;
    if (room && fseek(room, (long)offset, SEEK_SET) == 0)
        done = fread(bytes, 1, length, room);
    memset(bytes + done, 0xFF, length - done);
}

static bool write_room(FILE *room, uint32_t offset, const uint8_t *bytes, uint32_t length) {
    return fseek(room, (long)offset, SEEK_SET) == 0 && fwrite(bytes, 1, length, room) == length;
}

static const char *check(uint32_t offset, uint32_t length) {
    return offset > CAPACITY || length > CAPACITY - offset ? "flash.bin holds at most 1 MiB" : NULL;
}

const char *kl_flash_erase(uint32_t bytes) {
    const char *problem = check(0, bytes);
    if (problem)
        return problem;
    FILE *room = open_room(true);
    if (!room)
        return unwritable;
    uint8_t sector[SECTOR];
    memset(sector, 0xFF, sizeof sector);
    bool done = true;
    for (uint32_t offset = 0; offset < bytes; offset += SECTOR)
        done &= write_room(room, offset, sector, SECTOR);
    return fclose(room) == 0 && done ? NULL : unwritable;
}

const char *kl_flash_program(uint32_t offset, const uint32_t *words, uint32_t count) {
    if (offset % 4 != 0)
        return "flash is written in words, at multiples of 4";
    const char *problem = check(offset, count > CAPACITY ? UINT32_MAX : 4 * count);
    if (problem)
        return problem;
    FILE *room = open_room(true);
    if (!room)
        return unwritable;
    bool done = true, taken = true;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t word;
        read_room(room, offset + 4 * i, (uint8_t *)&word, sizeof word);
        word &= words[i];
        taken &= word == words[i];
        done &= write_room(room, offset + 4 * i, (const uint8_t *)&word, sizeof word);
    }
    if (fclose(room) != 0 || !done)
        return unwritable;
    return taken ? NULL : "the flash does not hold what was written: it was not erased";
}

const char *kl_flash_read(uint32_t offset, void *bytes, uint32_t length) {
    const char *problem = check(offset, length);
    if (problem)
        return problem;
    FILE *room = open_room(false);
    read_room(room, offset, bytes, length);
    if (room)
        fclose(room);
    return NULL;
}
