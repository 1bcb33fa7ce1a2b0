// SPDX-License-Identifier: Apache-2.0
/// Loss and the float functions it needs, bit-identical on every IEEE-754 machine when compiled
/// with -ffp-contract=off and without -ffast-math.
#ifndef KINGLET_LOSS_H
#define KINGLET_LOSS_H

#include "kinglet/types.h"

/// Softmax cross-entropy of int8 logits, dequantised as scale * (q - zero_point). Returns the
/// loss in nats; logit_gradient (data set, `classes` long) receives softmax - one-hot(label).
/// `work` holds `classes` floats; on return they are the gradient before rounding.
float kl_softmax_cross_entropy_s8(const int8_t *logits, int32_t classes, float scale,
                                  int32_t zero_point, int32_t label, float *work,
                                  kl_gradient *logit_gradient);

/// Index of the largest value, the first of equals.
int32_t kl_argmax_s8(const int8_t *values, int32_t count);

/// e^x, within 2 units in the last place; 0 below -87, saturates above 88.
float kl_expf(float x);

/// Natural logarithm of a positive normal number, within 2 units in the last place.
float kl_logf(float x);

#endif
