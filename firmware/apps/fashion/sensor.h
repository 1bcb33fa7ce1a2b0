// SPDX-License-Identifier: Apache-2.0
#ifndef FASHION_SENSOR_H
#define FASHION_SENSOR_H

// What the device's camera makes of an image. The network was pretrained on clean images; this
// camera is uncorrected: each of its columns has a gain and an offset of its own.

#include <stdint.h>

enum { PHOTO_SIDE = 28 };

enum Sensor { SENSOR_CLEAN, SENSOR_COLUMNS };

// Sets each column's gain (0.6...1) and offset (0...30 % of full scale), the same at every call.
void sensor_start(enum Sensor sensor);

// From 28x28 brightnesses to the network's 32x32 input, image in the middle of a black frame.
void sensor_take(const uint8_t *brightness, int8_t *image);

#endif
