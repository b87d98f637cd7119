// The stages of a training iteration in C++: the same arithmetic on the same layout as the library's kernels, as g++ -O3 makes it.
// Prompts lie side by side in bundles of sixteen numbers; a share of a bundle is what a vector register holds.
#include <cstdint>
#include <cstring>
#include <cmath>
#include "batch.h"
#include "products.h"

typedef float V8 __attribute__((vector_size(32)));
typedef float V4 __attribute__((vector_size(16)));
typedef float V8Unaligned __attribute__((vector_size(32), aligned(4)));

// MT19937, 624 words at a time.
struct Engine
{
    uint32_t state[624];
};

static inline uint32_t temper(uint32_t y)
{
    y ^= y >> 11;
    y ^= (y << 7) & 0x9D2C5680u;
    y ^= (y << 15) & 0xEFC60000u;
    return y ^ (y >> 18);
}

static inline uint32_t twist(uint32_t far, uint32_t current, uint32_t next)
{
    uint32_t y = (current & 0x80000000u) | (next & 0x7FFFFFFFu);
    return far ^ (y >> 1) ^ ((0u - (next & 1)) & 0x9908B0DFu);
}

extern "C" void *engine_new(uint32_t seed)
{
    Engine *e = new Engine;
    e->state[0] = seed;
    for (uint32_t i = 1; i < 624; i++)
        e->state[i] = 1812433253u * (e->state[i - 1] ^ (e->state[i - 1] >> 30)) + i;
    return e;
}

extern "C" void engine_free(void *engine) { delete (Engine *)engine; }

// Whole blocks of 624 words.
extern "C" void words(void *engine, uint32_t *__restrict to, int blocks)
{
    uint32_t *__restrict s = ((Engine *)engine)->state;
    for (; blocks > 0; blocks--, to += 624)
    {
#pragma GCC ivdep
        for (int k = 0; k < 227; k++)
            s[k] = twist(s[k + 397], s[k], s[k + 1]);
        for (int first = 227; first < 623; first += 198)
        {
#pragma GCC ivdep
            for (int k = first; k < first + 198; k++)
                s[k] = twist(s[k - 227], s[k], s[k + 1]);
        }
        s[623] = twist(s[396], s[623], s[0]);
        for (int k = 0; k < 624; k++)
            to[k] = temper(s[k]);
    }
}

// Box and Muller's normals in blocks of sixteen words: eight radii, then eight angles.
static inline float bits_to_float(int32_t x) { float f; memcpy(&f, &x, 4); return f; }
static inline int32_t float_to_bits(float x) { int32_t i; memcpy(&i, &x, 4); return i; }

static inline float log_of_scaled(float x)
{
    int32_t bits = float_to_bits(x) - 0x3F3504F3 - (24 << 23);
    float e = (float)(bits >> 23);
    float f = bits_to_float((bits & 0x7FFFFF) + 0x3F3504F3) - 1;
    float p = 0.06971611827611923f;
    p = fmaf(p, f, -0.11479733884334564f);
    p = fmaf(p, f, 0.11685419827699661f);
    p = fmaf(p, f, -0.12425687164068222f);
    p = fmaf(p, f, 0.14249058067798615f);
    p = fmaf(p, f, -0.1666780263185501f);
    p = fmaf(p, f, 0.20000715553760529f);
    p = fmaf(p, f, -0.2499999701976776f);
    p = fmaf(p, f, 0.3333333134651184f);
    float f2 = f * f;
    float low = fmaf(f2 * f, p, e * -2.12194440054690582768e-4f);
    low = fmaf(f2, -0.5f, low);
    float exact = e * 0.693359375f;
    float sum = exact + f;
    return sum + ((f - (sum - exact)) + low);
}

extern "C" void normals(const uint32_t *__restrict draws, float *__restrict to, int blocks)
{
    for (int b = 0; b < blocks; b++, draws += 16, to += 16)
    {
        for (int i = 0; i < 8; i++)
        {
            float radius = sqrtf(-2.0f * log_of_scaled((float)(int32_t)((~draws[i] & 0xFFFFFF) + 1)));
            float x = (float)(6.283185307179586 / (1 << 24)) * (float)(int32_t)(draws[8 + i] & 0xFFFFFF);
            float n = rintf(x * 0.63661975f);
            float r = fmaf(n, -1.5707963705062866f, x);
            r = fmaf(n, 4.371138828673793e-8f, r);
            r = fmaf(n, 1.7151245100058819e-15f, r);
            int32_t quadrant = (int32_t)n;
            float z = r * r;
            float s = 2.7249925551586784e-06f;
            s = fmaf(s, z, -0.00019840087043121457f);
            s = fmaf(s, z, 0.008333331905305386f);
            s = fmaf(s, z, -0.1666666716337204f);
            s = fmaf(s * z, r, r);
            float c = 2.4547900466131978e-05f;
            c = fmaf(c, z, -0.001388830249197781f);
            c = fmaf(c, z, 0.0416666641831398f);
            c = fmaf(c, z, -0.5f);
            c = fmaf(c, z, 1.0f);
            int32_t odd = quadrant << 31, second = quadrant << 30;
            int32_t sine = float_to_bits(odd < 0 ? c : s) ^ (second & INT32_MIN);
            int32_t cosine = float_to_bits(odd < 0 ? s : c) ^ ((second ^ odd) & INT32_MIN);
            to[i] = radius * bits_to_float(cosine);
            to[8 + i] = radius * bits_to_float(sine);
        }
    }
}

// Four columns of eight prompts.
static inline void columns(const float *x, long stride, V8 *c)
{
    V8 r[4];
    for (int i = 0; i < 4; i++)
    {
        V4 low, high;
        memcpy(&low, x + i * stride, 16);
        memcpy(&high, x + (i + 4) * stride, 16);
        r[i] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
    }
    V8 a = __builtin_shufflevector(r[0], r[1], 0, 8, 1, 9, 4, 12, 5, 13);
    V8 b = __builtin_shufflevector(r[2], r[3], 0, 8, 1, 9, 4, 12, 5, 13);
    V8 d = __builtin_shufflevector(r[0], r[1], 2, 10, 3, 11, 6, 14, 7, 15);
    V8 e = __builtin_shufflevector(r[2], r[3], 2, 10, 3, 11, 6, 14, 7, 15);
    c[0] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
    c[1] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
    c[2] = __builtin_shufflevector(d, e, 0, 1, 8, 9, 4, 5, 12, 13);
    c[3] = __builtin_shufflevector(d, e, 2, 3, 10, 11, 6, 7, 14, 15);
}

// Statistics of prompts of dimension 5 from tokens, N a multiple of four: context [N, 5], then query [5]; w [5] elsewhere.
// A bundle receives the lower triangle of G, g = G w, x_q and w·x_q, sixteen numbers each.
extern "C" void statistics(const float *prompts, long stride, const float *tasks, int contextLength, int bundles, float *to)
{
    constexpr int D = 5, Triangle = 15, Entries = Triangle + 2 * D + 1;
    for (int bundle = 0; bundle < bundles; bundle++, to += Entries * Lanes)
        for (int half = 0; half < 2; half++)
        {
            const float *x = prompts + (bundle * Lanes + half * 8) * stride;
            float *out = to + half * 8;
            V8 s[Triangle] = {};
            for (int n = 0; n < contextLength; n += 4)
            {
                V8 c[20];
                for (int k = 0; k < 5; k++)
                    columns(x + n * D + 4 * k, stride, c + 4 * k);
                for (int t = 0; t < 4; t++)
                    for (int i = 0; i < D; i++)
                        for (int j = 0; j <= i; j++)
                            s[i * (i + 1) / 2 + j] += c[t * D + i] * c[t * D + j];
            }
            V8 q[8], w[8];
            columns(x + contextLength * D, stride, q);
            columns(x + contextLength * D + 4, stride, q + 4);
            columns(tasks + (bundle * Lanes + half * 8) * D, D, w);
            columns(tasks + (bundle * Lanes + half * 8) * D + 4, D, w + 4);
            V8 label = {};
            for (int i = 0; i < Triangle; i++)
            {
                s[i] *= 1.0f / contextLength;
                *(V8Unaligned *)(out + i * Lanes) = s[i];
            }
            for (int i = 0; i < D; i++)
            {
                V8 g = {};
                for (int j = 0; j < D; j++)
                    g += s[i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i] * w[j];
                label += w[i] * q[i];
                *(V8Unaligned *)(out + (Triangle + i) * Lanes) = g;
                *(V8Unaligned *)(out + (Triangle + D + i) * Lanes) = q[i];
            }
            *(V8Unaligned *)(out + (Entries - 1) * Lanes) = label;
        }
}

// One layer's state.
template <int D>
struct Layer
{
    Vector g[D * D], s[D * D], t[D * D], m[D * D], z[3 * D], v[D], zq[2 * D], zs[2 * D];
    Vector *query() { return z; }
    Vector *u() { return z + D; }
    Vector *cross() { return z + 2 * D; }
};

template <int D>
struct Work
{
    Layer<D> layer[3];
    Vector barz[2 * D], handed[2 * D], barzp[2 * D], barzpg[2 * D], barv[D], e[D * D], h[D * D], bart[D * D], r[D * D];
    Vector gradient[3 * 2 * D * D];
};

template <int D>
static Vector forward(Work<D> &w, const float *p, const float *statistics)
{
    Layer<D> *l = w.layer;
    auto entry = [=](int i) { Vector x; memcpy(&x, statistics + i * Lanes, sizeof x); return x; };
    for (int i = 0, n = 0; i < D; i++)
        for (int j = 0; j <= i; j++, n++)
            l->g[i * D + j] = l->g[j * D + i] = entry(n);
    constexpr int Cross = D * (D + 1) / 2;
    for (int i = 0; i < D; i++)
    {
        l->cross()[i] = entry(Cross + i);
        l->query()[i] = entry(Cross + D + i);
    }
    Vector prediction = entry(Cross + 2 * D);
    for (int k = 0;; k++, l++, p += 2 * D * D)
    {
        const float *q = p + D * D;
        times_transposed_parameters<D, false>(l->v, l->cross(), q, 1);
        for (int i = 0; i < D; i++)
            prediction += l->query()[i] * l->v[i];
        if (k == 2)
            return prediction;
        for (int i = 0; i < D; i++)
            l->u()[i] = l->cross()[i];
        times<D, true>(l->u(), l->v, l->g, 1);
        Layer<D> *next = l + 1;
        Vector z[2 * D];
        if (k == 1)
        {
            times_parameters<D, false>(l->zq, l->z, q, 2);
            times<D, false>(l->zs, l->zq, l->g, 2);
            for (int i = 0; i < 2 * D; i++)
                z[i] = l->z[i];
            times_transposed_parameters<D, true>(z, l->zs, p, 2);
        }
        else
        {
            times_transposed_parameters<D, false>(l->s, l->g, q, D);
            identity<D>(l->t);
            parameters_times<D, true>(l->t, p, l->s);
            times<D, false>(l->m, l->t, l->g, D);
            symmetric<D>(next->g, l->m, l->t);
            times_transposed<D, false>(z, l->z, l->t, 2);
        }
        for (int i = 0; i < D; i++)
        {
            next->query()[i] = z[i];
            next->cross()[i] = z[D + i];
        }
    }
}

template <int D>
static void backward(Work<D> &w, const float *p, Vector y)
{
    constexpr int Size = 2 * D * D;
    Layer<D> *l = w.layer + 2;
    const float *q = p + 2 * Size + D * D;
    Vector *gradient = w.gradient + 2 * Size;
    for (int i = 0; i < D; i++)
    {
        w.barv[i] = y * l->query()[i];
        w.barz[i] = y * l->v[i];
        w.barz[D + i] = Vector{};
    }
    for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++)
            gradient[D * D + i * D + j] += w.barv[i] * l->cross()[j];
    times_parameters<D, true>(w.barz + D, w.barv, q, 1);

    l--;
    p += Size;
    q = p + D * D;
    gradient -= Size;
    times_parameters<D, false>(w.barzp, w.barz, p, 2);
    times<D, false>(w.barzpg, w.barzp, l->g, 2);
    for (int i = 0; i < 2 * D; i++)
        w.handed[i] = w.barz[i];
    times_transposed_parameters<D, true>(w.handed, w.barzpg, q, 2);
    Vector *baru = w.handed + D;
    for (int i = 0; i < D; i++)
        w.barv[i] = y * l->query()[i];
    times<D, true>(w.barv, baru, l->g, 1);
    rank<D>(gradient, w.barz, l->zs, 2);
    for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++)
            gradient[D * D + i * D + j] += w.barv[i] * l->cross()[j];
    rank<D>(gradient + D * D, l->z, w.barzpg, 2);
    for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++)
            w.e[i * D + j] = baru[i] * l->v[j];
    rank<D>(w.e, w.barzp, l->zq, 2);
    for (int i = 0; i < D; i++)
    {
        w.barz[i] = w.handed[i] + y * l->v[i];
        w.barz[D + i] = baru[i];
    }
    times_parameters<D, true>(w.barz + D, w.barv, q, 1);
    for (int i = 0; i < D; i++)
        for (int j = 0; j <= i; j++)
            w.h[i * D + j] = w.h[j * D + i] = w.e[i * D + j] + w.e[j * D + i];

    l--;
    p -= Size;
    gradient -= Size;
    times<D, false>(w.handed, w.barz, l->t, 2);
    for (int i = 0; i < D; i++)
        w.barv[i] = y * l->query()[i];
    times<D, true>(w.barv, baru, l->g, 1);
    for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++)
            w.bart[i * D + j] = w.barz[i] * l->query()[j] + w.barz[D + i] * l->u()[j];
    times<D, true>(w.bart, w.h, l->m, D);
    times_transposed<D, true>(gradient, w.bart, l->s, D);
    transposed_times_parameters<D, false>(w.r, w.bart, p);
    for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++)
            gradient[D * D + i * D + j] += w.barv[i] * l->cross()[j];
    times<D, true>(gradient + D * D, w.r, l->g, D);
}

// Loss and gradient of three layers of one head.
template <int D>
static double evaluate(const float *statistics, int bundles, const float *parameters, float *gradient)
{
    constexpr int Entries = D * (D + 1) / 2 + 2 * D + 1, Count = 3 * 2 * D * D;
    static Work<D> work;
    return means(
        statistics, Entries, bundles, work.gradient, Count, gradient,
        [&](const float *share)
        {
            Vector y = forward<D>(work, parameters, share);
            backward<D>(work, parameters, y);
            return y;
        });
}

extern "C" double gradient5(const float *s, int bundles, const float *p, float *g) { return evaluate<5>(s, bundles, p, g); }
extern "C" double gradient10(const float *s, int bundles, const float *p, float *g) { return evaluate<10>(s, bundles, p, g); }
extern "C" double gradient64(const float *s, int bundles, const float *p, float *g) { return evaluate<64>(s, bundles, p, g); }
