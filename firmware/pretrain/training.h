// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_TRAINING_H
#define PRETRAIN_TRAINING_H

#include "dataset.h"
#include "network.h"

// Trains with Adam for `epochs`, learning rate falling linearly to 0, order of images drawn from
// `seed`; prints a line an epoch to standard error.
void train(struct Network *network, const struct Dataset *dataset, int epochs, uint32_t seed);

// The share of the first `count` images that are classified right.
float accuracy(struct Network *network, const struct Dataset *dataset, int count);

#endif
