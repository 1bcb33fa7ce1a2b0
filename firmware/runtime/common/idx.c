// SPDX-License-Identifier: Apache-2.0
#include "runtime/idx.h"

#include <stddef.h>

enum { UNSIGNED_BYTES = 8, SIGNED_BYTES = 9, WORD = 4, MAXIMUM_DIMENSIONS = 4 };

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

// Reads a header of `least` to `most` dimensions; returns how many, or 0 if it is none.
static uint32_t read_header(KlFile file, uint32_t least, uint32_t most, uint8_t *type,
                            uint32_t extents[MAXIMUM_DIMENSIONS]) {
    uint8_t start[WORD], extent[WORD];
    if (!kl_file_read(file, start, WORD) || start[0] != 0 || start[1] != 0 || start[3] < least ||
        start[3] > most)
        return 0;
    *type = start[2];
    for (uint32_t i = 0; i < start[3]; i++) {
        if (!kl_file_read(file, extent, WORD))
            return 0;
        extents[i] = big_endian(extent);
    }
    return start[3];
}

// Whether the file holds `values` bytes after its first `offset`, and no offset needs more than 31
// bits.
static bool holds(KlFile file, uint32_t offset, uint64_t values) {
    const int32_t length = kl_file_length(file);
    return length >= 0 && (uint64_t)length >= offset + values;
}

static const char *check_images(struct KlImageSet *set) {
    uint32_t extents[MAXIMUM_DIMENSIONS] = {0};
    uint8_t type = 0;
    if (set->images < 0)
        return "cannot be opened";
    const uint32_t dimensions = read_header(set->images, 2, 4, &type, extents);
    if (dimensions == 0)
        return "is no IDX file of two to four dimensions";
    if (type != UNSIGNED_BYTES && type != SIGNED_BYTES)
        return "holds no bytes: the third byte of the file is the type, 8 (unsigned) or 9 (signed)";
    set->count = extents[0];
    set->height = dimensions == 2 ? 1 : extents[1];
    set->width = dimensions == 2 ? 1 : extents[2];
    set->channels = dimensions == 2 ? extents[1] : dimensions == 3 ? 1 : extents[3];
    set->is_signed = type == SIGNED_BYTES;
    set->first = WORD + WORD * dimensions;
    uint64_t values = set->count;
    for (uint32_t i = 1; i < dimensions; i++) {
        if (extents[i] == 0 || values > INT32_MAX)
            return "has an extent of 0, or takes more than 2 GB";
        values *= extents[i];
    }
    if (set->count == 0)
        return "is empty";
    return holds(set->images, set->first, values) ? NULL : "is cut short, or not readable";
}

static const char *check_labels(const struct KlImageSet *set) {
    uint32_t extents[MAXIMUM_DIMENSIONS] = {0};
    uint8_t type = 0;
    if (set->labels < 0)
        return "cannot be opened";
    if (read_header(set->labels, 1, 1, &type, extents) == 0 || type != UNSIGNED_BYTES)
        return "is no IDX file of unsigned bytes in one dimension";
    if (extents[0] != set->count)
        return "has not as many labels as there are images";
    return holds(set->labels, 2 * WORD, set->count) ? NULL : "is cut short";
}

const char *kl_image_set_open(struct KlImageSet *set, const char *images, const char *labels,
                              const char **file) {
    set->images = kl_file_open(images, KL_FILE_READ);
    set->labels = kl_file_open(labels, KL_FILE_READ);
    *file = images;
    const char *reason = check_images(set);
    if (reason == NULL) {
        *file = labels;
        reason = check_labels(set);
    }
    if (reason != NULL)
        kl_image_set_close(set);
    return reason;
}

bool kl_image_set_label(const struct KlImageSet *set, uint32_t index, uint8_t *label) {
    return index < set->count && kl_file_seek(set->labels, 2 * WORD + index) &&
           kl_file_read(set->labels, label, 1);
}

bool kl_image_set_seek(const struct KlImageSet *set, uint32_t index, uint32_t row) {
    const uint32_t length = set->width * set->channels;
    return index < set->count && row < set->height &&
           kl_file_seek(set->images, set->first + (index * set->height + row) * length);
}

bool kl_image_set_read(const struct KlImageSet *set, void *values, uint32_t length) {
    return kl_file_read(set->images, values, length);
}

void kl_image_set_close(struct KlImageSet *set) {
    if (set->images >= 0)
        kl_file_close(set->images);
    if (set->labels >= 0)
        kl_file_close(set->labels);
    set->images = set->labels = -1;
}
