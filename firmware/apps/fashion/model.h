// SPDX-License-Identifier: Apache-2.0
#ifndef FASHION_MODEL_H
#define FASHION_MODEL_H

// An int8 network for 32x32 grey images and ten classes, and one training step of it.
//
// FASHION_SPARSE = 0: the classifier alone is trained; everything before it stays as it is in
// flash, and a step keeps no activation but the classifier's input.
// FASHION_SPARSE = 1: also all biases, and weights of five pointwise layers: all input channels of
// two, the largest half or quarter of three (units.c). Only what these need is kept.

#include "kinglet/kinglet.h"

#include <stdint.h>

enum { IMAGE_SIDE = 32, IMAGE_BYTES = IMAGE_SIDE * IMAGE_SIDE, CLASSES = 10 };

// Copies the trained parameters from flash to SRAM. Returns null, or what is wrong.
const char *model_start(void);

// Where the next image goes: IMAGE_BYTES pixels, each its brightness 0...255 minus 128.
int8_t *model_image(void);

// Memory that is free until the next forward pass, for reading an image.
enum { MODEL_WORKSPACE_BYTES = 4096 };
uint8_t *model_workspace(void);

// The class of the image, 0...9.
int32_t model_classify(void);

// One training step on the image: forward, loss, backward, update. Returns the loss in nats.
float model_train(int32_t label, kl_sgd *sgd);

// FNV-1a over all trained parameters, which must come out the same on every machine.
uint32_t model_hash(void);

// The scheme's name, and a learning rate that suits it.
extern const char model_scheme[];
extern const char model_learning_rate[];

#endif
