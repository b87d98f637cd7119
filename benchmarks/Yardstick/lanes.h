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
typedef int Integers __attribute__((vector_size(Width * 4)));

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

// x in two parts, the nearest integer and the rest.
static inline Vector split(Vector x, Vector &rest)
{
    Vector n = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    rest = x - n;
    return n;
}

// x·2ⁿ for what split has made of a number.
static inline Vector scaled(Vector x, Vector n) { return _mm512_scalef_ps(x, n); }
#else
static inline Vector larger(Vector a, Vector b) { return _mm256_max_ps(a, b); }

static inline Vector where_positive(Vector a, Vector value) { return _mm256_and_ps(_mm256_cmp_ps(a, Vector{}, _CMP_GT_OQ), value); }

static inline Vector split(Vector x, Vector &rest)
{
    // 1.5·2²³ + x: the last bits are those of x rounded.
    x = larger(x, all(-126));
    Vector n = x + all(12582912);
    rest = x - (n - all(12582912));
    return n;
}

static inline Vector scaled(Vector x, Vector n) { return (Vector)((Integers)x + ((Integers)n << 23)); }
#endif

// 2^x of C numbers ≤ 0 within an ulp, step by step for all of them, so that no step waits for the one before. Of the rest r, |r| ≤ ½, it is
// 1 + r p(r), and p interpolates at Chebyshev's points.
template <int C>
static inline void powers_of_two(Vector *x)
{
    constexpr float Coefficients[]
        = {0.0013390863314270973f, 0.009618083015084267f, 0.055503569543361664f, 0.24022650718688965f, 0.6931471824645996f, 1};
    Vector n[C], p[C];
    for (int c = 0; c < C; c++)
    {
        n[c] = split(x[c], x[c]);
        p[c] = all(0.00015453163359779865f);
    }
    for (float coefficient : Coefficients)
        for (int c = 0; c < C; c++)
            p[c] = p[c] * x[c] + all(coefficient);
    for (int c = 0; c < C; c++)
        x[c] = scaled(p[c], n[c]);
}

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
