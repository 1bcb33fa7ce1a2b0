// SPDX-License-Identifier: Apache-2.0
#ifndef TRAIN_OPTIONS_H
#define TRAIN_OPTIONS_H

#include "schedule.h"

#include "kinglet/kinglet.h"

#include <stdbool.h>
#include <stdint.h>

struct Options {
    uint32_t steps;
    uint32_t epochs; // 0: `steps` counts
    uint32_t seed;   // of the samples' order, and of stochastic rounding
    uint32_t batch;  // samples a step
    uint32_t eval;   // test samples to classify before and after
    uint32_t report; // steps a line of mean loss
    float learning_rate;
    enum Schedule schedule;
    kl_rounding rounding;
    bool scaling;   // quantisation-aware
    bool mirror;    // half of the training samples, left to right
    uint32_t shift; // training samples are moved by up to this many pixels
    bool load;      // begin with the parameters in flash
    bool save;      // keep the trained parameters there
};

// Reads `key=value` words over the defaults; false after printing what is wrong and what is valid.
bool options_read(struct Options *options, int argc, char **argv);

// Sets `steps` from `epochs`, if those were given, for `samples` training samples; the last step
// may reach into the next epoch. False after printing that these are too many steps.
bool options_resolve(struct Options *options, uint32_t samples);

#endif
