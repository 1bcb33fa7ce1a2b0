// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_SLICES_H
#define PRETRAIN_SLICES_H

#include "network.h"

enum { MAXIMUM_CHANNELS = 256 };

// How many of the layer's input channels the sparse scheme trains when it trains only some of them,
// else 0.
int slice_channels(const struct Layer *layer);

// The `count` input channels with the largest sum of |w|, in ascending order.
void choose_channels(const struct Layer *layer, int count, int chosen[MAXIMUM_CHANNELS]);

#endif
