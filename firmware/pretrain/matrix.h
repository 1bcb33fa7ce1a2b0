// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_MATRIX_H
#define PRETRAIN_MATRIX_H

// The wider vectors of newer processors do the same sums in the same order: AVX2, without FMA.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VECTORISED __attribute__((target_clones("avx2", "default")))
#else
#define VECTORISED
#endif

// Dense single-precision products with one fixed order of adding: each element is summed over
// `inner` in ascending order, whatever the vector width, so that every machine gets the same bits.

// c[rows][columns] = a[rows][inner] * b[inner][columns]
void matrix_multiply(int rows, int columns, int inner, const float *a, const float *b, float *c);

// b[columns][rows] = transpose of a[rows][columns]
void matrix_transpose(int rows, int columns, const float *a, float *b);

#endif
