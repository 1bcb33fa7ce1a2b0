// SPDX-License-Identifier: Apache-2.0
#ifndef TRAIN_EVALUATE_H
#define TRAIN_EVALUATE_H

#include "samples.h"

// Classifies `count` samples (all, if there are fewer), spread over the set and the same every
// time; prints the share that was right, and reports it as a metric of the run. Does nothing when
// `count` is 0. False after printing why a sample cannot be read.
bool evaluate(struct Samples *samples, uint32_t count, const char *metric);

#endif
