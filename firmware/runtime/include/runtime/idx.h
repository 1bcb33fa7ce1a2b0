// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_IDX_H
#define RUNTIME_IDX_H

// Images and labels in the IDX files of the MNIST family: big-endian header, then bytes.
// One image is read at a time, by seeking: SRAM never holds more than that.

#include "runtime/file.h"

#define KL_IDX_SIDE 28
#define KL_IDX_PIXELS (KL_IDX_SIDE * KL_IDX_SIDE)

struct KlImageSet {
    KlFile images;
    KlFile labels;
    uint32_t count;
};

// Opens both files and checks their headers: 28x28 bytes an image, as many labels as images, and
// files as long as that needs. On failure nothing stays open, and the reason is returned as text;
// null means success.
const char *kl_image_set_open(struct KlImageSet *set, const char *images, const char *labels);

// Reads image `index` (less than `count`), row by row, 0 black to 255, and its label.
bool kl_image_set_read(const struct KlImageSet *set, uint32_t index, uint8_t pixels[KL_IDX_PIXELS],
                       uint8_t *label);

void kl_image_set_close(struct KlImageSet *set);

#endif
