// Loss and gradient of three layers of softmax attention of one head, token by token. The derivation is that of the library's kernel.
#include <cmath>
#include <memory>
#include "batch.h"
#include "products.h"

namespace
{
constexpr int D = 5, Size = D + 1, Square = D * D, Layers = 3;

// Rows go in pairs, which share what is loaded. So many powers of each are made at once, and so many tokens of the context receive at once
// what rows hand down to them.
constexpr int PowersAtOnce = HasManyRegisters ? 1 : 2, TokensAtOnce = HasManyRegisters ? 4 : 2;

struct Layer
{
    // Tokens z, ρ of each, means c, and weights [N + 1, N + 1].
    const Vector *z;
    Vector *rotated, *means, *weights;
};

struct Work
{
    int context;
    std::vector<Vector> copied, room, gradient;
    Layer layer[Layers];

    // Adjoints of tokens, of weights and then of scores [N + 1, N + 1], of ρ, and o.
    Vector *bars, *scores, *bar_rotated, *bar_means;

    explicit Work(int context) : context(context), copied((context + 1) * Size + 1), gradient(Layers * 2 * Square)
    {
        int count = context + 1;
        room.resize(count * (Layers * (Size + D + Size + count) + Size + count + D + Size));
        Vector *next = room.data();
        auto take = [&](int n) { Vector *taken = next; next += n; return taken; };
        for (Layer &l : layer)
        {
            l.z = take(count * Size);
            l.rotated = take(count * D);
            l.means = take(count * Size);
            l.weights = take(count * count);
        }
        bars = take(count * Size);
        scores = take(count * count);
        bar_rotated = take(count * D);
        bar_means = take(count * Size);
    }

    Vector *tokens(int l) { return (Vector *)layer[l].z; }
};

// Weights of R rows from a first one on, and their means of the entries of tokens from one on. Scores are in units of ln 2.
template <int R, int From>
static inline void attend(const Layer &l, const float *q, int first, int context)
{
    constexpr int Entries = Size - From;
    int count = context + 1;
    const Vector *z = l.z;
    Vector *weights = l.weights + first * count;
    Vector rotated[R][D] = {}, largest[R], sum[R] = {}, means[R][Entries] = {};
    for (int i = 0; i < D; i++)
        for (int j = 0; j < D; j++)
            for (int r = 0; r < R; r++)
                rotated[r][j] += z[(first + r) * Size + i] * all(q[i * D + j]);
    for (int r = 0; r < R; r++)
    {
        largest[r] = all(-INFINITY);
        for (int j = 0; j < D; j++)
        {
            l.rotated[(first + r) * D + j] = rotated[r][j];
            rotated[r][j] *= all((float)M_LOG2E);
        }
    }
    in_blocks<2>(
        count,
        [&](int m, auto block)
        {
            Vector s[R][block] = {};
            for (int j = 0; j < D; j++)
                for (int b = 0; b < block; b++)
                {
                    Vector x = in_register(z[(m + b) * Size + j]);
                    for (int r = 0; r < R; r++)
                        s[r][b] += rotated[r][j] * x;
                }
            for (int r = 0; r < R; r++)
                for (int b = 0; b < block; b++)
                {
                    weights[r * count + m + b] = s[r][b];
                    largest[r] = larger(largest[r], s[r][b]);
                }
        });
    in_blocks<PowersAtOnce>(
        count,
        [&](int m, auto block)
        {
            Vector e[R][block];
            for (int r = 0; r < R; r++)
                for (int b = 0; b < block; b++)
                    e[r][b] = weights[r * count + m + b] - largest[r];
            powers_of_two<R * block>(e[0]);
            for (int r = 0; r < R; r++)
                for (int b = 0; b < block; b++)
                {
                    weights[r * count + m + b] = e[r][b];
                    sum[r] += e[r][b];
                }
        });
    for (int r = 0; r < R; r++)
    {
        sum[r] = all(1) / sum[r];
        weights[r * count + context] *= sum[r];
    }
    for (int m = 0; m < context; m++)
    {
        Vector a[R];
        for (int r = 0; r < R; r++)
            a[r] = weights[r * count + m] = weights[r * count + m] * sum[r];
        for (int i = 0; i < Entries; i++)
        {
            Vector x = in_register(z[m * Size + From + i]);
            for (int r = 0; r < R; r++)
                means[r][i] += a[r] * x;
        }
    }
    for (int r = 0; r < R; r++)
        for (int i = 0; i < Entries; i++)
            l.means[(first + r) * Size + From + i] = means[r][i] * all(1.0f / context);
}

Vector forward(Work &w, const float *p, const Vector *x)
{
    int context = w.context, count = context + 1;
    w.layer[0].z = x;
    for (int k = 0; k < Layers - 1; k++, p += 2 * Square)
    {
        const Layer &l = w.layer[k];
        in_blocks<2>(count, [&](int n, auto rows) { attend<rows(), 0>(l, p + Square, n, context); });
        const Vector *z = l.z, *means = l.means;
        Vector *next = w.tokens(k + 1);
        for (int n = 0; n < count; n++)
            next[n * Size + D] = z[n * Size + D] + means[n * Size + D];
        rows_from<D, D>(
            next, Size, count, D, [=](int n, int i) { return z[n * Size + i]; }, [=](int n, int j) { return means[n * Size + j]; },
            [=](int j, int i) { return all(p[i * D + j]); });
    }
    const Layer &l = w.layer[Layers - 1];
    attend<1, D>(l, p + Square, context, context);
    int query = context * Size + D;
    return l.z[query] + l.means[query] + x[count * Size];
}

// Adjoints of the weights of R rows from a first one on, and Σ a ā of each row.
template <int R>
static inline void adjoint_of_weights(Work &w, const Layer &l, int first, Vector *mean)
{
    int count = w.context + 1;
    const Vector *z = l.z, *a = l.weights + first * count;
    Vector *adjoints = w.scores + first * count;
    Vector o[R][Size], sum[R] = {};
    for (int r = 0; r < R; r++)
        for (int i = 0; i < Size; i++)
            o[r][i] = w.bar_means[(first + r) * Size + i];
    for (int m = 0; m < w.context; m++)
    {
        Vector bar[R] = {};
        for (int i = 0; i < Size; i++)
        {
            Vector x = in_register(z[m * Size + i]);
            for (int r = 0; r < R; r++)
                bar[r] += o[r][i] * x;
        }
        for (int r = 0; r < R; r++)
        {
            adjoints[r * count + m] = bar[r];
            sum[r] += a[r * count + m] * bar[r];
        }
    }
    for (int r = 0; r < R; r++)
        mean[r] = sum[r];
}

// With them the adjoints of scores and of ρ.
template <int R>
static inline void adjoint_of_scores(Work &w, const Layer &l, int first, const Vector *mean)
{
    int context = w.context, count = context + 1;
    const Vector *z = l.z, *a = l.weights + first * count;
    Vector *adjoints = w.scores + first * count;
    Vector bar_rotated[R][D];
    for (int r = 0; r < R; r++)
    {
        Vector bar = adjoints[r * count + context] = a[r * count + context] * -mean[r];
        for (int j = 0; j < D; j++)
            bar_rotated[r][j] = bar * z[context * Size + j];
    }
    for (int m = 0; m < context; m++)
    {
        Vector bar[R];
        for (int r = 0; r < R; r++)
            adjoints[r * count + m] = bar[r] = a[r * count + m] * (adjoints[r * count + m] - mean[r]);
        for (int j = 0; j < D; j++)
        {
            Vector x = in_register(z[m * Size + j]);
            for (int r = 0; r < R; r++)
                bar_rotated[r][j] += bar[r] * x;
        }
    }
    for (int r = 0; r < R; r++)
        for (int j = 0; j < D; j++)
            w.bar_rotated[(first + r) * D + j] = bar_rotated[r][j];
}

// From o of the rows from a first one on: z̄ += Σ_n a_n o_n, x̄ += Σ_n s̄_n ρ_n, Q̄, and the rows' own x̄.
void backward_rows(Work &w, const Layer &l, const float *q, Vector *bar_q, int first)
{
    int context = w.context, count = context + 1, rows = count - first;
    in_blocks<2>(
        rows,
        [&](int n, auto block)
        {
            Vector mean[block];
            adjoint_of_weights<block()>(w, l, first + n, mean);
            adjoint_of_scores<block()>(w, l, first + n, mean);
        });
    const Vector *a = l.weights + first * count, *s = w.scores + first * count, *z = l.z + first * Size, *o = w.bar_means + first * Size;
    const Vector *rotated = l.rotated + first * D, *bar_rotated = w.bar_rotated + first * D;
    rows_of<Size, 0, true, TokensAtOnce>(
        w.bars, Size, context, rows, [=](int m, int n) { return a[n * count + m]; }, [=](int n, int i) { return o[n * Size + i]; });
    rows_of<D, 0, true, TokensAtOnce>(
        w.bars, Size, count, rows, [=](int m, int n) { return s[n * count + m]; }, [=](int n, int j) { return rotated[n * D + j]; });
    rows_of<D, 0, true>(
        bar_q, D, D, rows, [=](int i, int n) { return z[n * Size + i]; }, [=](int n, int j) { return bar_rotated[n * D + j]; });
    rows_of<D, D, true>(
        w.bars + first * Size, Size, rows, D, [=](int n, int j) { return bar_rotated[n * D + j]; },
        [=](int j, int i) { return all(q[i * D + j]); });
}

void backward(Work &w, const float *p, Vector residual)
{
    int context = w.context, count = context + 1, k = Layers - 1;
    Vector factor = all(1.0f / context), *bars = w.bars, *o = w.bar_means;
    clear(bars, count * Size);
    clear(o + context * Size, Size);
    bars[context * Size + D] = residual;
    o[context * Size + D] = residual * factor;
    p += 2 * Square * k;
    Vector *gradient = w.gradient.data() + 2 * Square * k;
    backward_rows(w, w.layer[k], p + Square, gradient + Square, context);
    while (--k >= 0)
    {
        p -= 2 * Square;
        gradient -= 2 * Square;
        const Layer &l = w.layer[k];
        const Vector *means = l.means;
        rows_of<D, 0, true>(
            gradient, D, D, count, [=](int i, int n) { return bars[n * Size + i]; }, [=](int n, int j) { return means[n * Size + j]; });
        rows_of<D, D, false>(
            o, Size, count, D, [=](int n, int i) { return bars[n * Size + i]; }, [=](int i, int j) { return all(p[i * D + j]); });
        for (int n = 0; n < count; n++)
        {
            o[n * Size + D] = bars[n * Size + D];
            for (int i = 0; i < Size; i++)
                o[n * Size + i] *= factor;
        }
        backward_rows(w, l, p + Square, gradient + Square, 0);
    }
}
}

// Tokens [N + 1, d + 1] and label of bundles, N, bundles, parameters, gradient.
extern "C" double attention(const float *tokens, int context, int bundles, const float *p, float *gradient)
{
    static std::unique_ptr<Work> work;
    if (!work || work->context != context)
        work.reset(new Work(context));
    Work &w = *work;
    int stride = (context + 1) * Size + 1;
    return means(
        tokens, stride, bundles, w.gradient.data(), Layers * 2 * Square, gradient,
        [&](const float *share)
        {
            Vector y = forward(w, p, vectors(share, stride, w.copied.data()));
            backward(w, p, y);
            return y;
        });
}
