// SPDX-License-Identifier: Apache-2.0
#include "flatbuffer.h"

#include <stdlib.h>
#include <string.h>

enum { WORD = 4, DATA_ALIGNMENT = 16, MAXIMUM_FIELDS = 16 };

static void append(struct FlatBuffer *buffer, uint64_t value, int bytes) {
    if (buffer->count + (uint32_t)bytes > buffer->capacity) {
        buffer->capacity = 2 * buffer->capacity + 4096;
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        if (buffer->bytes == NULL) {
            fprintf(stderr, "pretrain: out of memory\n");
            exit(1);
        }
    }
    for (int i = 0; i < bytes; i++)
        buffer->bytes[buffer->count++] = (uint8_t)(value >> (8 * i));
}

// Zeros until `ahead` bytes on is a multiple of `alignment`.
static void align(struct FlatBuffer *buffer, uint32_t alignment, uint32_t ahead) {
    while ((buffer->count + ahead) % alignment != 0)
        append(buffer, 0, 1);
}

static void put_word(struct FlatBuffer *buffer, uint32_t offset, uint32_t value) {
    for (int i = 0; i < WORD; i++)
        buffer->bytes[offset + (uint32_t)i] = (uint8_t)(value >> (8 * i));
}

void flat_begin(struct FlatBuffer *buffer, const char identifier[4]) {
    *buffer = (struct FlatBuffer){.count = 0};
    append(buffer, 0, WORD);
    for (int i = 0; i < 4; i++)
        append(buffer, (uint8_t)identifier[i], 1);
}

// The table of field offsets stands right before the table. In the table words come first, so that
// all are aligned.
uint32_t flat_table(struct FlatBuffer *buffer, struct FlatField *fields, int count) {
    uint32_t offsets[MAXIMUM_FIELDS] = {0}, size = WORD;
    const int slots = count == 0 ? 0 : fields[count - 1].number + 1;
    for (int bytes = WORD; bytes >= 1; bytes -= 3)
        for (int i = 0; i < count; i++)
            if (fields[i].bytes == bytes) {
                offsets[fields[i].number] = size;
                size += (uint32_t)bytes;
            }
    const uint32_t header = 2 * (2 + (uint32_t)slots);
    align(buffer, WORD, header);
    append(buffer, header, 2);
    append(buffer, size, 2);
    for (int i = 0; i < slots; i++)
        append(buffer, offsets[i], 2);
    const uint32_t table = buffer->count;
    append(buffer, header, WORD);
    for (uint32_t i = WORD; i < size; i++)
        append(buffer, 0, 1);
    for (int i = 0; i < count; i++) {
        fields[i].slot = table + offsets[fields[i].number];
        if (fields[i].bytes == WORD)
            put_word(buffer, fields[i].slot, fields[i].value);
        else
            buffer->bytes[fields[i].slot] = (uint8_t)fields[i].value;
    }
    return table;
}

// The length of a vector whose elements are then appended.
static uint32_t begin_vector(struct FlatBuffer *buffer, uint32_t count, uint32_t alignment) {
    align(buffer, alignment, WORD);
    append(buffer, count, WORD);
    return buffer->count - WORD;
}

uint32_t flat_string(struct FlatBuffer *buffer, const char *text) {
    const uint32_t length = (uint32_t)strlen(text);
    const uint32_t offset = begin_vector(buffer, length, WORD);
    for (uint32_t i = 0; i <= length; i++)
        append(buffer, (uint8_t)text[i], 1);
    return offset;
}

uint32_t flat_bytes(struct FlatBuffer *buffer, const void *bytes, uint32_t count) {
    const uint32_t offset = begin_vector(buffer, count, DATA_ALIGNMENT);
    for (uint32_t i = 0; i < count; i++)
        append(buffer, ((const uint8_t *)bytes)[i], 1);
    return offset;
}

uint32_t flat_words(struct FlatBuffer *buffer, const int32_t *values, uint32_t count) {
    const uint32_t offset = begin_vector(buffer, WORD * count, DATA_ALIGNMENT);
    for (uint32_t i = 0; i < count; i++)
        append(buffer, (uint32_t)values[i], WORD);
    return offset;
}

uint32_t flat_ints(struct FlatBuffer *buffer, const int32_t *values, uint32_t count) {
    const uint32_t offset = begin_vector(buffer, count, WORD);
    for (uint32_t i = 0; i < count; i++)
        append(buffer, (uint32_t)values[i], WORD);
    return offset;
}

uint32_t flat_longs(struct FlatBuffer *buffer, const int64_t *values, uint32_t count) {
    const uint32_t offset = begin_vector(buffer, count, 2 * WORD);
    for (uint32_t i = 0; i < count; i++)
        append(buffer, (uint64_t)values[i], 2 * WORD);
    return offset;
}

uint32_t flat_floats(struct FlatBuffer *buffer, const float *values, uint32_t count) {
    const uint32_t offset = begin_vector(buffer, count, WORD);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        append(buffer, bits, WORD);
    }
    return offset;
}

uint32_t flat_references(struct FlatBuffer *buffer, uint32_t count) {
    const uint32_t offset = begin_vector(buffer, count, WORD);
    for (uint32_t i = 0; i < count; i++)
        append(buffer, 0, WORD);
    return offset;
}

void flat_refer(struct FlatBuffer *buffer, uint32_t slot, uint32_t target) {
    put_word(buffer, slot, target - slot);
}

void flat_finish(struct FlatBuffer *buffer, FILE *file) {
    fwrite(buffer->bytes, 1, buffer->count, file);
    free(buffer->bytes);
    buffer->bytes = NULL;
}
