// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_FLATBUFFER_H
#define PRETRAIN_FLATBUFFER_H

// Writes a FlatBuffer from front to back: tables before what they refer to. Each function that
// writes something returns its offset in the file, to which flat_refer lets a slot point.

#include <stdint.h>
#include <stdio.h>

struct FlatBuffer {
    uint8_t *bytes;
    uint32_t count, capacity;
};

// A field of a table: a scalar of 1 or 4 bytes, or (with value 0 and 4 bytes) a reference.
struct FlatField {
    int number; // its id in the schema
    int bytes;
    uint32_t value;
    uint32_t slot; // where it came to stand, set by flat_table
};

// Begins a file; its first slot is that of the root table, at offset 0.
void flat_begin(struct FlatBuffer *buffer, const char identifier[4]);

// Fields in ascending order of their numbers.
uint32_t flat_table(struct FlatBuffer *buffer, struct FlatField *fields, int count);

uint32_t flat_string(struct FlatBuffer *buffer, const char *text);
uint32_t flat_bytes(struct FlatBuffer *buffer, const void *bytes, uint32_t count);
uint32_t flat_words(struct FlatBuffer *buffer, const int32_t *values, uint32_t count); // as bytes
uint32_t flat_ints(struct FlatBuffer *buffer, const int32_t *values, uint32_t count);
uint32_t flat_longs(struct FlatBuffer *buffer, const int64_t *values, uint32_t count);
uint32_t flat_floats(struct FlatBuffer *buffer, const float *values, uint32_t count);

// A vector of references: slot i is 4 + 4 * i beyond what this returns.
uint32_t flat_references(struct FlatBuffer *buffer, uint32_t count);

void flat_refer(struct FlatBuffer *buffer, uint32_t slot, uint32_t target);

// Writes the bytes to `file`, and gives their memory back.
void flat_finish(struct FlatBuffer *buffer, FILE *file);

#endif
