// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_DATASET_H
#define PRETRAIN_DATASET_H

#include <stdint.h>

enum { PHOTO_SIDE = 28, PHOTO_PIXELS = PHOTO_SIDE * PHOTO_SIDE };

// All images of one pair of IDX files, 28x28 bytes each.
struct Dataset {
    int count;
    uint8_t *pixels;
    uint8_t *labels;
};

// Ends the program with a message when the files are not what they should be.
void dataset_load(struct Dataset *dataset, const char *images, const char *labels);

// Writes one image into 32x32 floats: pixel / 255, in the middle of a black frame.
void dataset_image(const struct Dataset *dataset, int index, float *image);

#endif
