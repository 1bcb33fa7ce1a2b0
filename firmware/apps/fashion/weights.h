// SPDX-License-Identifier: Apache-2.0
// clang-format off

// Written by `make -C firmware pretrain`; do not edit.

#ifndef FASHION_WEIGHTS_H
#define FASHION_WEIGHTS_H

// Per layer: weights [out][taps][in] (depthwise [taps][channel]), biases, weight
// scales and requantisation per output channel. A layer of which a scheme trains some
// input channels also has those channels (`slice`) and the others with zeros in their
// place (`rest`).

#include "kinglet/kinglet.h"

// stem: 32x32x1 -> 16x16x16
extern const int8_t fashion_stem_weights[144];
extern const int32_t fashion_stem_biases[16];
extern const float fashion_stem_scales[16];
extern const int32_t fashion_stem_multipliers[16];
extern const int8_t fashion_stem_shifts[16];
extern const kl_conv_layer fashion_stem;
#define FASHION_stem_OUTPUT_SCALE 0x1.2155f8p-6f
#define FASHION_stem_OUTPUT_ZERO_POINT (-128)

// stem_depthwise: 16x16x16 -> 8x8x16
extern const int8_t fashion_stem_depthwise_weights[144];
extern const int32_t fashion_stem_depthwise_biases[16];
extern const float fashion_stem_depthwise_scales[16];
extern const int32_t fashion_stem_depthwise_multipliers[16];
extern const int8_t fashion_stem_depthwise_shifts[16];
extern const kl_conv_layer fashion_stem_depthwise;
#define FASHION_stem_depthwise_OUTPUT_SCALE 0x1.93248ap-6f
#define FASHION_stem_depthwise_OUTPUT_ZERO_POINT (-128)

// stem_project: 8x8x16 -> 8x8x32
extern const int8_t fashion_stem_project_weights[512];
extern const int32_t fashion_stem_project_biases[32];
extern const float fashion_stem_project_scales[32];
extern const int32_t fashion_stem_project_multipliers[32];
extern const int8_t fashion_stem_project_shifts[32];
extern const kl_conv_layer fashion_stem_project;
#define FASHION_stem_project_OUTPUT_SCALE 0x1.8e57fcp-5f
#define FASHION_stem_project_OUTPUT_ZERO_POINT (-19)

// block1_expand: 8x8x32 -> 8x8x64
extern const int8_t fashion_block1_expand_weights[2048];
extern const int32_t fashion_block1_expand_biases[64];
extern const float fashion_block1_expand_scales[64];
extern const int32_t fashion_block1_expand_multipliers[64];
extern const int8_t fashion_block1_expand_shifts[64];
enum { FASHION_block1_expand_SLICE = 16 };
extern const uint16_t fashion_block1_expand_slice_channels[16];
extern const int8_t fashion_block1_expand_slice[1024];
extern const int8_t fashion_block1_expand_rest[2048];
extern const kl_conv_layer fashion_block1_expand;
#define FASHION_block1_expand_OUTPUT_SCALE 0x1.d7c29ap-5f
#define FASHION_block1_expand_OUTPUT_ZERO_POINT (-128)

// block1_depthwise: 8x8x64 -> 8x8x64
extern const int8_t fashion_block1_depthwise_weights[576];
extern const int32_t fashion_block1_depthwise_biases[64];
extern const float fashion_block1_depthwise_scales[64];
extern const int32_t fashion_block1_depthwise_multipliers[64];
extern const int8_t fashion_block1_depthwise_shifts[64];
extern const kl_conv_layer fashion_block1_depthwise;
#define FASHION_block1_depthwise_OUTPUT_SCALE 0x1.ef39f8p-5f
#define FASHION_block1_depthwise_OUTPUT_ZERO_POINT (-128)

// block1_project: 8x8x64 -> 8x8x32
extern const int8_t fashion_block1_project_weights[2048];
extern const int32_t fashion_block1_project_biases[32];
extern const float fashion_block1_project_scales[32];
extern const int32_t fashion_block1_project_multipliers[32];
extern const int8_t fashion_block1_project_shifts[32];
enum { FASHION_block1_project_SLICE = 16 };
extern const uint16_t fashion_block1_project_slice_channels[16];
extern const int8_t fashion_block1_project_slice[512];
extern const int8_t fashion_block1_project_rest[2048];
extern const kl_conv_layer fashion_block1_project;
#define FASHION_block1_project_OUTPUT_SCALE 0x1.f2d7dp-4f
#define FASHION_block1_project_OUTPUT_ZERO_POINT (-5)

// block1_add
extern const kl_add_layer fashion_block1_add;
#define FASHION_block1_add_OUTPUT_SCALE 0x1.f4e942p-4f
#define FASHION_block1_add_OUTPUT_ZERO_POINT (1)

// block2_expand: 8x8x32 -> 8x8x64
extern const int8_t fashion_block2_expand_weights[2048];
extern const int32_t fashion_block2_expand_biases[64];
extern const float fashion_block2_expand_scales[64];
extern const int32_t fashion_block2_expand_multipliers[64];
extern const int8_t fashion_block2_expand_shifts[64];
extern const kl_conv_layer fashion_block2_expand;
#define FASHION_block2_expand_OUTPUT_SCALE 0x1.4ba544p-3f
#define FASHION_block2_expand_OUTPUT_ZERO_POINT (-128)

// block2_depthwise: 8x8x64 -> 4x4x64
extern const int8_t fashion_block2_depthwise_weights[576];
extern const int32_t fashion_block2_depthwise_biases[64];
extern const float fashion_block2_depthwise_scales[64];
extern const int32_t fashion_block2_depthwise_multipliers[64];
extern const int8_t fashion_block2_depthwise_shifts[64];
extern const kl_conv_layer fashion_block2_depthwise;
#define FASHION_block2_depthwise_OUTPUT_SCALE 0x1.c92768p-3f
#define FASHION_block2_depthwise_OUTPUT_ZERO_POINT (-128)

// block2_project: 4x4x64 -> 4x4x48
extern const int8_t fashion_block2_project_weights[3072];
extern const int32_t fashion_block2_project_biases[48];
extern const float fashion_block2_project_scales[48];
extern const int32_t fashion_block2_project_multipliers[48];
extern const int8_t fashion_block2_project_shifts[48];
enum { FASHION_block2_project_SLICE = 32 };
extern const uint16_t fashion_block2_project_slice_channels[32];
extern const int8_t fashion_block2_project_slice[1536];
extern const int8_t fashion_block2_project_rest[3072];
extern const kl_conv_layer fashion_block2_project;
#define FASHION_block2_project_OUTPUT_SCALE 0x1.75ef78p-2f
#define FASHION_block2_project_OUTPUT_ZERO_POINT (11)

// head: 4x4x48 -> 4x4x96
extern const int8_t fashion_head_weights[4608];
extern const int32_t fashion_head_biases[96];
extern const float fashion_head_scales[96];
extern const int32_t fashion_head_multipliers[96];
extern const int8_t fashion_head_shifts[96];
extern const kl_conv_layer fashion_head;
#define FASHION_head_OUTPUT_SCALE 0x1.cbbeaep-2f
#define FASHION_head_OUTPUT_ZERO_POINT (-128)

// pool
extern const kl_pool_layer fashion_pool;
#define FASHION_pool_OUTPUT_SCALE 0x1.cbbeaep-2f
#define FASHION_pool_OUTPUT_ZERO_POINT (-128)

// classifier: 1x1x96 -> 1x1x10
extern const int8_t fashion_classifier_weights[960];
extern const int32_t fashion_classifier_biases[10];
extern const float fashion_classifier_scales[10];
extern const int32_t fashion_classifier_multipliers[10];
extern const int8_t fashion_classifier_shifts[10];
extern const kl_conv_layer fashion_classifier;
#define FASHION_classifier_OUTPUT_SCALE 0x1.539ccp-1f
#define FASHION_classifier_OUTPUT_ZERO_POINT (36)

#endif
