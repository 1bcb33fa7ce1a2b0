// SPDX-License-Identifier: Apache-2.0
#ifndef TRAIN_SAMPLES_H
#define TRAIN_SAMPLES_H

// Samples for the model that is linked in, from IDX files in its shape: unsigned bytes become
// value - 128, signed bytes are taken as they are.

#include "runtime/idx.h"

#include <stdbool.h>
#include <stdint.h>

struct Samples {
    const char *images_name, *labels_name;
    struct KlImageSet files;
    uint32_t index;    // of the chosen sample
    uint32_t next_row; // of it, where its file is
    // To be set before a sample is chosen. Where a sample is moved away its edge goes on.
    bool mirrored; // left to right
    int32_t down;  // pixels by which it is moved then
    int32_t right;
};

// Opens both files; false after printing what is wrong with them, for this model.
bool samples_open(struct Samples *samples, const char *images_name, const char *labels_name);

// Puts sample `index` where the model's next forward pass finds it, and sets `label`, which is less
// than kl_model.classes. A model that reads rows gets them during that pass. False after printing
// what is wrong.
bool samples_choose(struct Samples *samples, uint32_t index, int32_t *label);

// Says that the chosen sample could not be read.
void samples_put_error(const struct Samples *samples);

void samples_close(struct Samples *samples);

#endif
