// SPDX-License-Identifier: Apache-2.0
#include "camera.h"

enum { FRAME = (IMAGE_SIDE - PHOTO_SIDE) / 2, SEED = 777 };

// A number in [0, limit), from xorshift32 (Marsaglia 2003).
static uint32_t random_below(uint32_t *state, uint32_t limit) {
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    return (uint32_t)(((uint64_t)x * limit) >> 32);
}

struct Camera camera_with_column_noise(void) {
    struct Camera camera;
    uint32_t state = (SEED * 2654435761u) | 1u;
    for (int i = 0; i < 16; i++)
        random_below(&state, 1);
    for (int column = 0; column < IMAGE_SIDE; column++) {
        camera.offsets[column] = (uint8_t)random_below(&state, 77);
        camera.gains[column] = (uint16_t)(154 + random_below(&state, 103));
    }
    return camera;
}

struct Camera camera_without_noise(void) {
    struct Camera camera;
    for (int column = 0; column < IMAGE_SIDE; column++) {
        camera.offsets[column] = 0;
        camera.gains[column] = 256;
    }
    return camera;
}

void camera_take(const struct Camera *camera, const uint8_t photo[PHOTO_PIXELS],
                 uint8_t image[IMAGE_PIXELS]) {
    for (int y = 0; y < IMAGE_SIDE; y++)
        for (int x = 0; x < IMAGE_SIDE; x++) {
            const int row = y - FRAME, column = x - FRAME;
            const int inside = row >= 0 && row < PHOTO_SIDE && column >= 0 && column < PHOTO_SIDE;
            const uint32_t brightness = inside ? photo[row * PHOTO_SIDE + column] : 0;
            const uint32_t seen = ((brightness * camera->gains[x] + 128) >> 8) + camera->offsets[x];
            *image++ = (uint8_t)(seen > 255 ? 255 : seen);
        }
}
