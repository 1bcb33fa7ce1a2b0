// SPDX-License-Identifier: Apache-2.0
#include "sensor.h"

#include "model.h"
#include "random.h"

enum { FRAME = (IMAGE_SIDE - PHOTO_SIDE) / 2, CAMERA = 777 };

static uint16_t gains[IMAGE_SIDE];  // 256 is 1
static uint8_t offsets[IMAGE_SIDE]; // brightness

void sensor_start(enum Sensor sensor) {
    uint32_t state = random_start(CAMERA);
    for (int column = 0; column < IMAGE_SIDE; column++) {
        gains[column] = 256;
        offsets[column] = 0;
        if (sensor == SENSOR_COLUMNS) {
            offsets[column] = (uint8_t)random_below(&state, 77);
            gains[column] = (uint16_t)(154 + random_below(&state, 103));
        }
    }
}

static int8_t pixel(uint32_t brightness, int column) {
    const uint32_t seen = ((brightness * gains[column] + 128) >> 8) + offsets[column];
    return (int8_t)((int32_t)(seen > 255 ? 255 : seen) - 128);
}

void sensor_take(const uint8_t *brightness, int8_t *image) {
    for (int y = 0; y < IMAGE_SIDE; y++)
        for (int x = 0; x < IMAGE_SIDE; x++) {
            const int row = y - FRAME, column = x - FRAME;
            const int inside = row >= 0 && row < PHOTO_SIDE && column >= 0 && column < PHOTO_SIDE;
            *image++ = pixel(inside ? brightness[row * PHOTO_SIDE + column] : 0, x);
        }
}
