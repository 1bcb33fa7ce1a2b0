// SPDX-License-Identifier: Apache-2.0
/// Shapes, layer descriptors and gradient tensors shared by all kernels.
///
/// Every tensor is NHWC with batch 1: element (y, x, c) is at (y * width + x) * channels + c.
/// Alignment: int8 tensors and masks need none, gradients need that of their element,
/// int32 and float arrays and scratch memory need 4 bytes. Nothing is allocated here; scratch
/// memory holds nothing between calls, and its size comes from the `..._scratch_bytes` functions.
#ifndef KINGLET_TYPES_H
#define KINGLET_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "kinglet/symbols.h"

/// Extents of one activation or gradient tensor.
typedef struct {
    int32_t height;
    int32_t width;
    int32_t channels;
} kl_shape;

/// Gives one row of an image, width * channels values, to whoever computes row by row; false if it
/// cannot.
typedef bool (*kl_row_source)(void *context, int32_t row, int8_t *destination);

/// Kernel window of a convolution or pooling. Padding below and to the right follows from the
/// output shape: whatever a window covers outside the input is padding.
typedef struct {
    int32_t kernel_height;
    int32_t kernel_width;
    int32_t stride_height;
    int32_t stride_width;
    int32_t pad_top;
    int32_t pad_left;
} kl_window;

/// A convolution, depthwise convolution or fully connected layer; constant, may live in flash.
///
/// y = clamp(requantize(sum of w * (x - input_zero_point) + bias) + output_zero_point), where
/// requantize is TFLite's MultiplyByQuantizedMultiplier with double rounding, or single rounding
/// in fully connected layers (see requantize.h).
/// Limits, which keep every accumulator below 2^30: at most 16384 taps per output
/// (kernel_height * kernel_width * input channels), |bias| <= KL_BIAS_LIMIT.
/// Fully connected: input is {1, 1, features}, window {1, 1, 1, 1, 0, 0}.
/// Depthwise: output.channels == input.channels (depth multiplier 1).
typedef struct {
    kl_shape input;
    kl_shape output;
    kl_window window;
    int32_t input_zero_point;   ///< -128...127
    int32_t output_zero_point;  ///< -128...127
    int32_t activation_min;     ///< lower clamp of the output, -128...127
    int32_t activation_max;     ///< upper clamp of the output, -128...127
    const int32_t *multipliers; ///< per output channel, 0 or 2^30...2^31-1
    const int8_t *shifts;       ///< per output channel, power of two: -31...7, negative = right
} kl_conv_layer;

/// Average or maximum pooling; input and output share one quantisation.
typedef struct {
    kl_shape input;
    kl_shape output; ///< same channels
    kl_window window;
    int32_t activation_min;
    int32_t activation_max;
} kl_pool_layer;

/// Weights of a convolution (OHWI: [out][ky][kx][in]), depthwise convolution ([ky][kx][channel])
/// or fully connected layer ([out][in]). Values are in -127...127.
///
/// Sparse update splits a layer: `base` holds all input channels and may lie in flash, `overlay`
/// ([out][ky][kx][overlay_count]) holds the trained input channels in SRAM, and `base` must be 0
/// at those channels. Without an overlay set the last three members to 0.
/// Depthwise kernels take no overlay.
typedef struct {
    const int8_t *base;
    const int8_t *overlay;
    const uint16_t *overlay_channels; ///< ascending indices of input channels
    int32_t overlay_count;
} kl_weights;

/// Bits of one gradient mantissa's container: 16 (default) or 8.
#ifndef KINGLET_GRADIENT_BITS
#define KINGLET_GRADIENT_BITS 16
#endif

#if KINGLET_GRADIENT_BITS == 16
typedef int16_t kl_grad;
/// Bits of a mantissa's magnitude. 12 of 15: the rest is headroom for 32-bit accumulators.
#define KL_GRADIENT_MAGNITUDE_BITS 12
#elif KINGLET_GRADIENT_BITS == 8
typedef int8_t kl_grad;
#define KL_GRADIENT_MAGNITUDE_BITS 7
#else
#error "KINGLET_GRADIENT_BITS must be 8 or 16"
#endif

/// Every kernel keeps -MAX - 1 <= mantissa <= MAX.
#define KL_GRADIENT_MAX ((1 << KL_GRADIENT_MAGNITUDE_BITS) - 1)

/// A gradient tensor in block floating point: element i stands for data[i] * 2^exponent, the
/// derivative of the loss with respect to the *real* value of tensor element i. A tensor's scale
/// and zero point therefore play no part in its gradient.
typedef struct {
    kl_grad *data;
    int32_t exponent;
} kl_gradient;

/// Biases saturate here when trained (and must start within), see kl_conv_layer.
#define KL_BIAS_LIMIT ((1 << 29) - 1)

#endif
