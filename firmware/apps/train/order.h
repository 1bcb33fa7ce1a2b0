// SPDX-License-Identifier: Apache-2.0
#ifndef TRAIN_ORDER_H
#define TRAIN_ORDER_H

#include <stdbool.h>
#include <stdint.h>

// The sample at `position` of an endless walk through `count` samples (at least one): every sample
// once an epoch of `count` positions, in an order of its own each epoch, given by `seed` and
// nothing else. Needs no table: the order is computed.
uint32_t order_sample(uint32_t position, uint32_t count, uint32_t seed);

// Whether the sample at `position` of that walk is one of the half that is mirrored.
bool order_mirrors(uint32_t position, uint32_t seed);

// By how many pixels, -limit...limit, that sample is moved along an axis (0: down, 1: right).
int32_t order_shift(uint32_t position, uint32_t seed, uint32_t axis, uint32_t limit);

#endif
