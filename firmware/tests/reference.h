// SPDX-License-Identifier: Apache-2.0
/// Naive references, written independently of the kernels: int64 for the forward pass, double
/// precision on real values for gradients.
#ifndef KINGLET_TESTS_REFERENCE_H
#define KINGLET_TESTS_REFERENCE_H

#include "support.h"

/// gemmlowp's definitions, as TFLite's reference kernels use them.
int32_t reference_requantize(int64_t value, int32_t multiplier, int32_t shift);

/// Rounded once, half up; within a million.
int32_t reference_requantize_once(int64_t value, int32_t multiplier, int32_t shift);

/// Output of a convolution, depthwise convolution or fully connected layer.
void reference_forward(const test_layer *test, int8_t *output);

/// Real-valued output of the layer without clamping, from real inputs and weights.
void reference_real(const test_layer *test, const double *input, const double *weights,
                    const double *bias, double *output);

/// Gradient at the layer's input from that at its output, in real values.
void reference_input_gradient(const test_layer *test, const double *output, double *input);

#endif
