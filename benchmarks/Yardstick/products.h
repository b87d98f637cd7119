// Products of matrices of vectors, and what they are made of.
#pragma once
#include "lanes.h"

// C = C + A B, or A B, of matrices whose entries are vectors or the same for all prompts; two or three
// rows and five or six columns at a time.
template <int R, int W, int K, bool Add, typename A, typename B>
static inline void tile(Vector *c, int stride, int inner, A a, B b)
{
    Vector s[R][W];
    for (int i = 0; i < R; i++)
        for (int j = 0; j < W; j++)
            s[i][j] = Add ? c[i * stride + j] : Vector{};
    auto step = [&](int k)
    {
        Vector row[R];
        for (int i = 0; i < R; i++)
            row[i] = a(i, k);
        for (int j = 0; j < W; j++)
        {
            Vector bk = in_register(b(k, j));
            for (int i = 0; i < R; i++)
                s[i][j] += row[i] * bk;
        }
    };
    if constexpr (K > 0)
    {
#pragma GCC unroll 8
        for (int k = 0; k < K; k++)
            step(k);
    }
    else
        for (int k = 0; k < inner; k++)
            step(k);
    for (int i = 0; i < R; i++)
        for (int j = 0; j < W; j++)
            c[i * stride + j] = s[i][j];
}

template <int D, int K, int W, bool Add, typename A, typename B>
static inline void strip(Vector *c, int rows, int inner, int j, A a, B b)
{
    auto bj = [=](int k, int col) { return b(k, col + j); };
    int i = 0;
    for (; HasManyRegisters && D > 10 && i + 3 <= rows; i += 3)
        tile<3, W, K, Add>(c + i * D + j, D, inner, [=](int r, int k) { return a(r + i, k); }, bj);
    for (; i + 2 <= rows; i += 2)
        tile<2, W, K, Add>(c + i * D + j, D, inner, [=](int r, int k) { return a(r + i, k); }, bj);
    for (; i < rows; i++)
        tile<1, W, K, Add>(c + i * D + j, D, inner, [=](int r, int k) { return a(r + i, k); }, bj);
}

template <int D, bool Add, typename A, typename B>
static inline void product(Vector *c, int rows, int inner, A a, B b)
{
    constexpr int K = D <= 6 ? D : 0;
    int j = 0;
    if (inner == D || K == 0)
    {
        for (; (D - j) % 5 != 0; j += 6)
            strip<D, K, 6, Add>(c, rows, inner, j, a, b);
        for (; j < D; j += 5)
            strip<D, K, 5, Add>(c, rows, inner, j, a, b);
    }
    else
        strip<D, 2, 5, Add>(c, rows, inner, j, a, b);
}

// The same of any number of rows, whose columns are one tile; R rows at a time.
template <int W, int K, bool Add, int R = 2, typename A, typename B>
static inline void rows_of(Vector *c, int stride, int rows, int inner, A a, B b)
{
    in_blocks<R>(
        rows,
        [=](int i, auto block)
        { tile<block(), W, K, Add>(c + i * stride, stride, inner, [=](int r, int k) { return a(r + i, k); }, b); });
}

// The same from another start than C.
template <int W, int K, typename S, typename A, typename B>
static inline void rows_from(Vector *c, int stride, int rows, int inner, S start, A a, B b)
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < W; j++)
            c[i * stride + j] = start(i, j);
    rows_of<W, K, true>(c, stride, rows, inner, a, b);
}

template <int D>
__attribute__((noinline)) static void rank(Vector *c, const Vector *a, const Vector *b, int count)
{
    product<D, true>(c, D, count, [=](int i, int k) { return a[k * D + i]; }, [=](int k, int j) { return b[k * D + j]; });
}

#define MATRIX(p) [=](int i, int k) { return (p)[i * D + k]; }
#define TRANSPOSE(p) [=](int i, int k) { return (p)[k * D + i]; }
#define PARAMETERS(p) [=](int i, int k) { return all((p)[i * D + k]); }
#define TRANSPOSED_PARAMETERS(p) [=](int i, int k) { return all((p)[k * D + i]); }

template <int D, bool Add>
__attribute__((noinline)) static void times(Vector *c, const Vector *a, const Vector *b, int rows)
{
    product<D, Add>(c, rows, D, MATRIX(a), MATRIX(b));
}

template <int D, bool Add>
__attribute__((noinline)) static void times_transposed(Vector *c, const Vector *a, const Vector *b, int rows)
{
    product<D, Add>(c, rows, D, MATRIX(a), TRANSPOSE(b));
}

template <int D, bool Add>
__attribute__((noinline)) static void transposed_times(Vector *c, const Vector *a, const Vector *b)
{
    product<D, Add>(c, D, D, TRANSPOSE(a), MATRIX(b));
}

template <int D, bool Add>
__attribute__((noinline)) static void times_parameters(Vector *c, const Vector *a, const float *p, int rows)
{
    product<D, Add>(c, rows, D, MATRIX(a), PARAMETERS(p));
}

template <int D, bool Add>
__attribute__((noinline)) static void times_transposed_parameters(Vector *c, const Vector *a, const float *p, int rows)
{
    product<D, Add>(c, rows, D, MATRIX(a), TRANSPOSED_PARAMETERS(p));
}

template <int D, bool Add>
__attribute__((noinline)) static void parameters_times(Vector *c, const float *p, const Vector *b)
{
    product<D, Add>(c, D, D, PARAMETERS(p), MATRIX(b));
}

template <int D, bool Add>
__attribute__((noinline)) static void transposed_times_parameters(Vector *c, const Vector *a, const float *p)
{
    product<D, Add>(c, D, D, TRANSPOSE(a), PARAMETERS(p));
}

template <int D>
static inline void identity(Vector *c)
{
    clear(c, D * D);
    for (int i = 0; i < D; i++)
        c[i * (D + 1)] = all(1);
}

// The lower triangle of A Bᵀ, which is symmetric, and its mirror image.
template <int D>
__attribute__((noinline)) static void symmetric(Vector *c, const Vector *a, const Vector *b)
{
    for (int i = 0; i < D; i++)
        for (int j = 0; j <= i; j++)
        {
            Vector sum = a[i * D] * b[j * D];
            for (int k = 1; k < D; k++)
                sum += a[i * D + k] * b[j * D + k];
            c[i * D + j] = c[j * D + i] = sum;
        }
}
