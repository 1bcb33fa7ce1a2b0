// SPDX-License-Identifier: Apache-2.0
#ifndef DATA_CAMERA_H
#define DATA_CAMERA_H

// What the device's camera makes of a photograph. The quick start's network was pretrained on clean
// ones; this camera is uncorrected: each of its columns has a gain and an offset of its own.

#include <stdint.h>

enum { PHOTO_SIDE = 28, PHOTO_PIXELS = PHOTO_SIDE * PHOTO_SIDE };
enum { IMAGE_SIDE = 32, IMAGE_PIXELS = IMAGE_SIDE * IMAGE_SIDE };

struct Camera {
    uint16_t gains[IMAGE_SIDE];  // 256 is 1
    uint8_t offsets[IMAGE_SIDE]; // brightness
};

// Gains of 0.6 to 1 and offsets of 0 to 30 % of full scale, the same at every call.
struct Camera camera_with_column_noise(void);

// Gains of 1 and offsets of 0.
struct Camera camera_without_noise(void);

// From the photograph's brightnesses, 0 black to 255, to those of the image, in which it lies in
// the middle of a black frame.
void camera_take(const struct Camera *camera, const uint8_t photo[PHOTO_PIXELS],
                 uint8_t image[IMAGE_PIXELS]);

#endif
