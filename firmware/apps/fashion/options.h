// SPDX-License-Identifier: Apache-2.0
#ifndef FASHION_OPTIONS_H
#define FASHION_OPTIONS_H

#include "sensor.h"

#include <stdbool.h>
#include <stdint.h>

// Images of the test set: the first 5000 are there to learn from, the other 5000 are held out.
enum { LEARNING_IMAGES = 5000, HELD_OUT_IMAGES = 5000 };

struct Options {
    uint32_t steps; // 1...1000000
    uint32_t seed;  // order of the images
    uint32_t eval;  // held-out images that are classified before and after
    float learning_rate;
    enum Sensor sensor;
};

// Reads `key=value` words over the defaults; false after printing what is wrong.
bool options_read(struct Options *options, int argc, char **argv);

#endif
