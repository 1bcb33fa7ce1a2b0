// SPDX-License-Identifier: Apache-2.0
#ifndef TRAIN_SCHEDULE_H
#define TRAIN_SCHEDULE_H

#include <stdint.h>

// How the learning rate goes over a run: as given, falling to 0 along a line, or along half a wave
// of the cosine.
enum Schedule { SCHEDULE_CONSTANT, SCHEDULE_LINEAR, SCHEDULE_COSINE };

// The learning rate's factor, 1 to 0, at step 0...steps - 1. The same bits on every IEEE-754
// machine.
float schedule_factor(enum Schedule schedule, uint32_t step, uint32_t steps);

#endif
