// SPDX-License-Identifier: Apache-2.0
#include "matrix.h"

#include <string.h>

enum { TILE_ROWS = 4, TILE_COLUMNS = 16, LANES = 8 };

typedef float Lanes __attribute__((vector_size(LANES * sizeof(float))));

VECTORISED static void full_tile(int columns, int inner, const float *a, const float *b, float *c) {
    Lanes sums[TILE_ROWS][2] = {{{0}}};
    for (int k = 0; k < inner; k++) {
        Lanes left, right;
        memcpy(&left, b + k * columns, sizeof left);
        memcpy(&right, b + k * columns + LANES, sizeof right);
        for (int r = 0; r < TILE_ROWS; r++) {
            sums[r][0] += a[r * inner + k] * left;
            sums[r][1] += a[r * inner + k] * right;
        }
    }
    for (int r = 0; r < TILE_ROWS; r++)
        memcpy(c + r * columns, sums[r], sizeof sums[r]);
}

static void element(int columns, int inner, const float *a, const float *b, float *c) {
    float sum = 0;
    for (int k = 0; k < inner; k++)
        sum += a[k] * b[k * columns];
    *c = sum;
}

void matrix_multiply(int rows, int columns, int inner, const float *a, const float *b, float *c) {
    const int tiled_rows = rows - rows % TILE_ROWS;
    const int tiled_columns = columns - columns % TILE_COLUMNS;
    for (int j = 0; j < tiled_columns; j += TILE_COLUMNS)
        for (int i = 0; i < tiled_rows; i += TILE_ROWS)
            full_tile(columns, inner, a + i * inner, b + j, c + i * columns + j);
    for (int i = 0; i < rows; i++)
        for (int j = i < tiled_rows ? tiled_columns : 0; j < columns; j++)
            element(columns, inner, a + i * inner, b + j, c + i * columns + j);
}

// Goes through the rows in groups, so that what is written stays in the cache between columns.
void matrix_transpose(int rows, int columns, const float *a, float *b) {
    const int group = 16;
    for (int first = 0; first < rows; first += group)
        for (int j = 0; j < columns; j++)
            for (int i = first; i < rows && i < first + group; i++)
                b[j * rows + i] = a[i * columns + j];
}
