// SPDX-License-Identifier: Apache-2.0
#ifndef TRAIN_PARAMETERS_H
#define TRAIN_PARAMETERS_H

#include <stdbool.h>
#include <stdint.h>

// FNV-1a over all that the model's training changes, which must come out the same on every machine.
uint32_t parameters_hash(void);

// Takes over what flash holds for this model, and says so, or why the parameters stay as they are.
void parameters_load(void);

// Keeps the parameters in flash; false after printing why that failed.
bool parameters_save(void);

#endif
