// SPDX-License-Identifier: Apache-2.0
/// Plain SGD on stored integers, with quantisation-aware scaling, rounding and saturation.
#ifndef KINGLET_UPDATE_H
#define KINGLET_UPDATE_H

#include "kinglet/types.h"

/// How a step is rounded to the smallest step that can be stored.
typedef enum {
    KL_ROUND_NEAREST = 0,
    KL_ROUND_STOCHASTIC = 1, ///< up with the probability of the fraction, from random_state
} kl_rounding;

/// Bits kept below a parameter's unit, in an array beside it. With a residual, parameter and
/// residual together are one fixed-point number of which the kernels read the rounded top.
typedef enum {
    KL_RESIDUAL_NONE = 0,
    KL_RESIDUAL_8 = 8,   ///< int8_t, units of 1/256
    KL_RESIDUAL_16 = 16, ///< int16_t, units of 1/65536
    /// Steps of several samples in one: int16_t beside weights, int32_t beside biases, both in
    /// units of 1/256. See kl_sgd.hold.
    KL_ACCUMULATE = 1,
} kl_residual;

/// State and options of the optimiser; all may change between steps.
typedef struct {
    float learning_rate;
    kl_rounding rounding;
    kl_residual residual;
    int32_t quantization_aware_scaling; ///< 0: plain gradient of the stored integer
    uint32_t random_state;              ///< not 0; advanced by stochastic rounding
    /// With KL_ACCUMULATE: not 0 in all samples of a batch but the last. A step is then only added
    /// to the accumulators, which saturate (at 128 units of a weight, 2^23 of a bias). With 0 a
    /// parameter moves by accumulator and step together, and the accumulator keeps, as a residual
    /// of 8 bits does, what is below the unit. The learning rate is that of one sample: divided by
    /// the batch's size, the parameters move by the mean gradient. Not read in other modes.
    int32_t hold;
} kl_sgd;

/// Output channels with a smaller weight scale are dead: never updated, since QAS would multiply
/// their gradient by up to 1e20.
#define KL_MINIMUM_WEIGHT_SCALE 1e-6f

/// The scales that turn a sum of mantissas into a step of a layer's stored integers.
typedef struct {
    const float *weight_scales; ///< s_w per output channel
    float input_scale;          ///< s_x
} kl_parameter_scales;

/// weights[row][i] -= step for `rows` output channels of `row_length` weights each. `sums` and
/// `exponent` come from kl_conv_weight_gradient; `residuals` is an array shaped as weights, of the
/// type that sgd->residual names, or 0 when that is KL_RESIDUAL_NONE. Weights saturate at
/// -127...127.
void kl_update_weights(kl_sgd *sgd, const kl_parameter_scales *scales, int32_t rows,
                       int32_t row_length, const int32_t *sums, int32_t exponent, int8_t *weights,
                       void *residuals);

/// As kl_update_weights for depthwise weights [ky][kx][channel].
void kl_update_depthwise_weights(kl_sgd *sgd, const kl_parameter_scales *scales, int32_t taps,
                                 int32_t channels, const int32_t *sums, int32_t exponent,
                                 int8_t *weights, void *residuals);

/// As kl_update_depthwise_weights where only the `count` channels listed in `selected` (ascending)
/// are trained: sums and residuals are [taps][count], weights [taps][channels].
void kl_update_depthwise_channels(kl_sgd *sgd, const kl_parameter_scales *scales, int32_t taps,
                                  int32_t channels, const uint16_t *selected, int32_t count,
                                  const int32_t *sums, int32_t exponent, int8_t *weights,
                                  void *residuals);

/// biases[c] -= step; `sums` come from kl_bias_gradient, `exponent` is the gradient's.
/// Biases saturate at -KL_BIAS_LIMIT...KL_BIAS_LIMIT. `residuals` may be 0: then a bias is rounded
/// to its unit at every step (its unit, s_x * s_w, is fine enough), whatever sgd->residual says.
void kl_update_biases(kl_sgd *sgd, const kl_parameter_scales *scales, int32_t channels,
                      const int32_t *sums, int32_t exponent, int32_t *biases, void *residuals);

/// Weight gradient and update in one, without a buffer for the gradient: equal to
/// kl_conv_weight_gradient followed by kl_update_weights, except that stochastic rounding draws
/// its numbers in another order. Scratch: kl_conv_weight_gradient_scratch_bytes.
/// `weights` and `residuals` are [out][ky][kx][input_channels].
void kl_conv_update_weights(const kl_conv_layer *layer, const int8_t *input, int32_t input_channels,
                            const kl_gradient *output_gradient, kl_sgd *sgd,
                            const kl_parameter_scales *scales, int8_t *weights, void *residuals,
                            void *scratch);

#endif
