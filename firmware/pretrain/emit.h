// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_EMIT_H
#define PRETRAIN_EMIT_H

#include "quantise.h"

#include <stdio.h>

// Writes the network as a TFLite file: int8, one scale a tensor, weights one an output channel.
// Each tensor bears the name of the layer that makes it. `scales` is indexed by tensor.
void emit_network(const struct Network *network, const struct TensorScale *scales, FILE *file);

#endif
