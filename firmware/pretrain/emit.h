// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_EMIT_H
#define PRETRAIN_EMIT_H

#include "quantise.h"

#include <stdio.h>

// Writes the declarations (`header`) and definitions (`source`) of one network: for each layer a
// kernel descriptor and its constants, for each tensor its scale.
void emit_network(const struct Network *network, const struct TensorScale *scales, FILE *header,
                  FILE *source);

#endif
