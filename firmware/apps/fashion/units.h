// SPDX-License-Identifier: Apache-2.0
#ifndef FASHION_UNITS_H
#define FASHION_UNITS_H

// The layers with weights, and for each what the scheme trains of it and has to keep for that.

#include "weights.h"

#include <stdbool.h>
#include <stdint.h>

enum UnitName {
    STEM,
    STEM_DEPTHWISE,
    STEM_PROJECT,
    BLOCK1_EXPAND,
    BLOCK1_DEPTHWISE,
    BLOCK1_PROJECT,
    BLOCK2_EXPAND,
    BLOCK2_DEPTHWISE,
    BLOCK2_PROJECT,
    HEAD,
    CLASSIFIER,
    UNIT_COUNT
};

enum UnitKind { CONVOLUTION, DEPTHWISE, FULLY_CONNECTED };

struct Unit {
    enum UnitKind kind;
    const kl_conv_layer *layer;
    kl_weights weights; // what the kernels read: flash, SRAM or both
    const int32_t *biases;
    kl_parameter_scales scales;

    // Trained biases: where they start from, and where they live. Null when frozen.
    const int32_t *initial_biases;
    int32_t *trained_biases;

    // Trained weights [out][1][1][trained_inputs], and 8 more bits of each below its unit.
    int32_t trained_inputs; // 0 when frozen
    const int8_t *initial_weights;
    int8_t *trained_weights;
    int8_t *residuals;

    // Kept by the forward pass of a training step: the input channels that the trained weights
    // see, and which outputs were not clamped. Null when not needed.
    int8_t *kept_input;
    uint8_t *mask;
};

extern const struct Unit units[UNIT_COUNT];

// Copies initial parameters to SRAM and clears the residuals.
void unit_start(const struct Unit *unit);

// Scratch memory that the unit's kernels need in this scheme, bytes.
int32_t unit_scratch_bytes(const struct Unit *unit);

// Runs the unit; when `training`, keeps what its backward pass will need.
void unit_forward(const struct Unit *unit, bool training, const int8_t *input, int8_t *output,
                  void *scratch);

// From the gradient at the unit's output (which gets the clamp mask applied): the gradient at its
// input, unless that is null, and then the update of what is trained.
void unit_backward(const struct Unit *unit, kl_sgd *sgd, kl_gradient *output_gradient,
                   kl_gradient *input_gradient, void *scratch);

// FNV-1a of the unit's trained parameters, continued from `hash`.
uint32_t unit_hash(const struct Unit *unit, uint32_t hash);

#endif
