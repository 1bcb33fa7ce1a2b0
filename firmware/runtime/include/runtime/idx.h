// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_IDX_H
#define RUNTIME_IDX_H

// Samples and labels in the IDX files of the MNIST family: two zero bytes, the type of a value, the
// number of dimensions, big-endian extents, then the values. One sample, or one row of it, is read
// at a time, by seeking: SRAM never holds more than that.

#include "runtime/file.h"

struct KlImageSet {
    KlFile images;
    KlFile labels;
    uint32_t count;
    uint32_t height, width, channels; // of one image; the product fits 32 bits
    bool is_signed;                   // values are -128...127 instead of 0...255
    uint32_t first;                   // offset of the first image in its file
};

// Opens both files and checks their headers: images of bytes, unsigned (type 8) or signed (9), as
// N x height x width (one channel) or N x height x width x channels, or vectors as N x channels; as
// many labels (unsigned bytes); and files as long as that needs, less than 2 GB. On failure nothing
// stays open, `*file` is the name of the file that is wrong, and how is returned as text that
// follows the name ("cannot be opened"); null means success.
const char *kl_image_set_open(struct KlImageSet *set, const char *images, const char *labels,
                              const char **file);

// The label of image `index`, less than `count`.
bool kl_image_set_label(const struct KlImageSet *set, uint32_t index, uint8_t *label);

// Moves to a row of image `index`, less than `count`.
bool kl_image_set_seek(const struct KlImageSet *set, uint32_t index, uint32_t row);

// Reads the next `length` values: [row][column][channel], from where kl_image_set_seek moved to.
bool kl_image_set_read(const struct KlImageSet *set, void *values, uint32_t length);

void kl_image_set_close(struct KlImageSet *set);

#endif
