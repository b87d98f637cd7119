// Prompts lie side by side in bundles of sixteen numbers; a share of a bundle is what a vector register holds.
#pragma once
#include <cstring>
#include <immintrin.h>
#include <type_traits>

#ifdef __AVX512F__
constexpr int Width = 16;
#else
constexpr int Width = 8;
#endif
constexpr bool HasManyRegisters = Width == 16;
constexpr int Lanes = 16;
constexpr int Shares = Lanes / Width;
typedef float Vector __attribute__((vector_size(Width * 4)));

static inline Vector all(float x) { return x - Vector{}; }

// The same, loaded once: g++ otherwise names the memory in each of several products.
static inline Vector in_register(Vector x)
{
    asm("" : "+v"(x));
    return x;
}

static inline void clear(Vector *c, int n) { for (int i = 0; i < n; i++) c[i] = Vector{}; }

#ifdef __AVX512F__
static inline Vector larger(Vector a, Vector b) { return _mm512_max_ps(a, b); }

// The value where a > 0, and 0 elsewhere.
static inline Vector where_positive(Vector a, Vector value)
{
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(a, Vector{}, _CMP_GT_OQ), value);
}
#else
static inline Vector larger(Vector a, Vector b) { return _mm256_max_ps(a, b); }

static inline Vector where_positive(Vector a, Vector value) { return _mm256_and_ps(_mm256_cmp_ps(a, Vector{}, _CMP_GT_OQ), value); }
#endif

// A loop whose body takes N of a count at a time, and one at a time at its end; the body is given the first and, as a type, how many.
template <int N, typename Body>
static inline void in_blocks(int count, Body body)
{
    int i = 0;
    for (; i + N <= count; i += N)
        body(i, std::integral_constant<int, N>());
    for (int rest = count % N; rest > 0; rest--, i++)
        body(i, std::integral_constant<int, 1>());
}

// The entries of a share one after another: where they are, if a bundle is one share, otherwise copied.
static inline const Vector *vectors(const float *share, int count, Vector *copy)
{
    if (Shares == 1)
        return (const Vector *)share;
    for (int i = 0; i < count; i++)
        memcpy(copy + i, share + i * Lanes, sizeof(Vector));
    return copy;
}
