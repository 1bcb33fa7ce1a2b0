// SPDX-License-Identifier: Apache-2.0
/// The backward half of an inverted-residual block, some of its expanded channels at a time.
///
/// The gradients at the expanded tensor, before and after the depthwise convolution, are the widest
/// of a training step. Each expanded channel goes through the depthwise convolution on its own: a
/// group of them is taken from the projection's output back to the block's input, where the groups
/// add up, and neither gradient is ever in memory as a whole. Sums for biases and weights are those
/// of whole channels, as without groups.
#ifndef KINGLET_TILING_H
#define KINGLET_TILING_H

#include "kinglet/update.h"

/// A layer of the block, and what of it is trained.
typedef struct {
    const kl_conv_layer *layer;
    const kl_weights *weights;
    const kl_parameter_scales *scales;
    const uint8_t *mask; ///< of kl_clamp_mask_s8 on its output
    int32_t *biases;     ///< trained ones, or 0
    void *residuals;     ///< beside the biases, as kl_update_biases takes them, or 0
} kl_tiled_layer;

/// Of the projection only layer, weights and scales are read: its own parameters are trained from
/// the gradient at its output, before or after. Its weights have no overlay.
typedef struct {
    kl_tiled_layer expansion;
    kl_tiled_layer depthwise;
    kl_tiled_layer projection;
    /// Trained weights of the expansion [out][ky][kx][trained_channels] or 0, as
    /// kl_conv_update_weights takes them: all input channels, or those of its overlay.
    int8_t *trained_weights;
    void *trained_residuals;
    const int8_t *trained_input; ///< [pixels][trained_channels]
    int32_t trained_channels;
    /// Expanded channels at a time, a multiple of 4.
    int32_t tile_channels;
    /// Not 0: the gradient at the block's input has a value already, to which this is added.
    int32_t adds;
} kl_tiled_block;

/// Bytes of scratch: a group's gradients at the depthwise convolution's output and, where that has
/// another shape or a stride, at its input; the largest of bias sums, gathered weights, gathered
/// mask bits and a group's part of the gradient at the block's input; the kernels' own.
/// `has_input`: that gradient is wanted.
int32_t kl_tiled_block_gradient_scratch_bytes(const kl_tiled_block *block, bool has_input);

/// From the masked gradient at the projection's output to that at the block's input (`data` 0: not
/// wanted), updating what is trained on the way. The three must not overlap. Equal, up to the
/// rounding of mantissas, to the layers' input gradients, masks, bias gradients and updates one by
/// one.
void kl_tiled_block_gradient(const kl_tiled_block *block, const kl_gradient *output_gradient,
                             kl_gradient *input_gradient, kl_sgd *sgd, void *scratch);

#endif
