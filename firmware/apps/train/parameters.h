// SPDX-License-Identifier: Apache-2.0
#ifndef TRAIN_PARAMETERS_H
#define TRAIN_PARAMETERS_H

#include <stdint.h>

// FNV-1a over all that the model's training changes, which must come out the same on every machine.
uint32_t parameters_hash(void);

#endif
