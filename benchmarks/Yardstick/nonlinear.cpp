// Loss and gradient of nonlinear regression: a network d → hidden → d with a ReLU on every covariate, then three layers of linear
// attention of one head whose matrices see labels. The derivation is that of the library's kernel.
#include <cstring>
#include <memory>
#include "batch.h"
#include "products.h"

namespace
{
constexpr int Inputs = 5, Size = Inputs + 1, Square = Size * Size, Layers = 3;
constexpr int TokensAtOnce = HasManyRegisters ? 1 : 2, UnitsAtOnce = 2;

// A hidden unit's parameters one after another: weights of its inputs, bias, weights of the features.
struct Unit
{
    float in[Inputs], bias, out[Inputs];
};

struct Layer
{
    Vector g[Square], t[Square], m[Square], s[Square], query[Size];
};

struct Work
{
    int context, hidden;
    std::vector<Unit> units;

    // Tokens of a share, hidden units [hidden, N + 1], what the layers see [N + 1, d + 1], adjoints of features [N + 1, d] and of units.
    std::vector<Vector> copied, activity, rows, bar_features, bar_activity;
    std::vector<Vector> gradient;
    Layer layer[Layers];
    Vector u[Size], s[Size], bar_query[Size], below[Size], bar_s[Size], bar_u[Size];
    Vector h[Square], ht[Square], bar_t[Square], r[Square], e[Square];

    Work(int context, int hidden)
        : context(context), hidden(hidden), units(hidden), copied((context + 1) * Size + 1), activity(hidden * (context + 1)),
          rows((context + 1) * Size), bar_features((context + 1) * Inputs), bar_activity((context + 1) * UnitsAtOnce), gradient(count())
    {
    }

    int first_weights() const { return Layers * 2 * Square; }
    int first_biases() const { return first_weights() + hidden * Inputs; }
    int second_weights() const { return first_biases() + hidden; }
    int second_biases() const { return second_weights() + Inputs * hidden; }
    int count() const { return second_biases() + Inputs; }
};

// Hidden units and features of T tokens: weights are loaded once for all of them, and a unit goes from its register into the features.
template <int T>
void features(const Work &w, const float *biases, const Vector *x, Vector *activity, Vector *z)
{
    Vector in[T][Inputs], out[T][Inputs];
    for (int t = 0; t < T; t++)
        for (int i = 0; i < Inputs; i++)
        {
            in[t][i] = x[t * Size + i];
            out[t][i] = all(biases[i]);
        }
    const Unit *unit = w.units.data();
    int count = w.context + 1;
    for (int h = 0; h < w.hidden; h++, unit++, activity += count)
    {
        Vector a[T];
        for (int t = 0; t < T; t++)
            a[t] = all(unit->bias);
        for (int i = 0; i < Inputs; i++)
            for (int t = 0; t < T; t++)
                a[t] += all(unit->in[i]) * in[t][i];
        for (int t = 0; t < T; t++)
            activity[t] = a[t] = larger(a[t], Vector{});
        for (int i = 0; i < Inputs; i++)
            for (int t = 0; t < T; t++)
                out[t][i] += all(unit->out[i]) * a[t];
    }
    for (int t = 0; t < T; t++)
    {
        for (int i = 0; i < Inputs; i++)
            z[t * Size + i] = out[t][i];
        z[t * Size + Inputs] = x[t * Size + Inputs];
    }
}

void network(Work &w, const float *p, const Vector *x)
{
    const float *biases = p + w.second_biases();
    Vector *a = w.activity.data(), *z = w.rows.data();
    in_blocks<TokensAtOnce>(
        w.context + 1, [&](int n, auto tokens) { features<tokens()>(w, biases, x + n * Size, a + n, z + n * Size); });
}

// The gradient of U hidden units: that of each unit's second weights, which keeps its adjoints, then that of the first weights of all of
// them. So all sums stay in registers, sixteen if there are no more.
template <int U>
void backward_units(Work &w, int h, const Vector *x)
{
    int count = w.context + 1, hidden = w.hidden;
    Vector *bars = w.bar_activity.data();
    for (int u = 0; u < U; u++)
    {
        const Vector *a = &w.activity[(h + u) * count], *f = w.bar_features.data();
        Vector *second = &w.gradient[w.second_weights() + h + u], out[Inputs], weights[Inputs];
        for (int i = 0; i < Inputs; i++)
        {
            out[i] = second[i * hidden];
            weights[i] = all(w.units[h + u].out[i]);
        }
        for (int n = 0; n < count; n++, f += Inputs)
        {
            Vector bar = {}, an = a[n];
            for (int i = 0; i < Inputs; i++)
            {
                Vector fi = in_register(f[i]);
                bar += weights[i] * fi;
                out[i] += fi * an;
            }
            bars[n * U + u] = where_positive(an, bar);
        }
        for (int i = 0; i < Inputs; i++)
            second[i * hidden] = out[i];
    }
    Vector in[U][Size];
    Vector *first = &w.gradient[w.first_weights() + h * Inputs], *biases = &w.gradient[w.first_biases() + h];
    for (int u = 0; u < U; u++)
    {
        for (int i = 0; i < Inputs; i++)
            in[u][i] = first[u * Inputs + i];
        in[u][Inputs] = biases[u];
    }
    for (int n = 0; n < count; n++)
    {
        for (int i = 0; i < Inputs; i++)
        {
            Vector xi = in_register(x[n * Size + i]);
            for (int u = 0; u < U; u++)
                in[u][i] += bars[n * U + u] * xi;
        }
        for (int u = 0; u < U; u++)
            in[u][Inputs] += bars[n * U + u];
    }
    for (int u = 0; u < U; u++)
    {
        for (int i = 0; i < Inputs; i++)
            first[u * Inputs + i] = in[u][i];
        biases[u] = in[u][Inputs];
    }
}

void backward_network(Work &w, const Vector *x)
{
    constexpr int D = Size;
    int count = w.context + 1;
    Vector *bar = w.bar_features.data(), *z = w.rows.data(), *matrix = w.h, *gradient = w.gradient.data();
    for (Vector &entry : w.h)
        entry *= all(1.0f / w.context);
    rows_of<Inputs, Size, false>(bar, Inputs, w.context, Size, MATRIX(z), MATRIX(matrix));
    Vector *biases = gradient + w.second_biases();
    for (int i = 0; i < Inputs; i++)
        bar[w.context * Inputs + i] = w.bar_query[i];
    for (int n = 0; n < count; n++)
        for (int i = 0; i < Inputs; i++)
            biases[i] += bar[n * Inputs + i];
    in_blocks<UnitsAtOnce>(w.hidden, [&](int h, auto units) { backward_units<units()>(w, h, x); });
}

Vector forward(Work &w, const float *p, const Vector *x)
{
    constexpr int D = Size;
    network(w, p, x);
    Layer *l = w.layer;
    Vector *z = w.rows.data();
    rows_of<Size, 0, false>(l->g, Size, Size, w.context, TRANSPOSE(z), MATRIX(z));
    for (Vector &g : l->g)
        g *= all(1.0f / w.context);
    for (int i = 0; i < Size; i++)
        l->query[i] = z[w.context * Size + i];
    for (; l < w.layer + Layers - 1; l++, p += 2 * Square)
    {
        times_transposed_parameters<D, false>(l->s, l->g, p + Square, Size);
        identity<D>(l->t);
        parameters_times<D, true>(l->t, p, l->s);
        times<D, false>(l->m, l->t, l->g, Size);
        times_transposed<D, false>(l[1].g, l->m, l->t, Size);
        times_transposed<D, false>(l[1].query, l->query, l->t, 1);
    }
    times_parameters<D, false>(w.u, l->query, p + Square, 1);
    times_transposed<D, false>(w.s, w.u, l->g, 1);
    Vector residual = l->query[Inputs] + x[(w.context + 1) * Size];
    for (int i = 0; i < Size; i++)
        residual += all(p[Inputs * Size + i]) * w.s[i];
    return residual;
}

void backward(Work &w, const float *p, const Vector *x, Vector residual)
{
    constexpr int D = Size;
    Layer *l = w.layer + Layers - 1;
    p += (Layers - 1) * 2 * Square;
    Vector *gradient = w.gradient.data() + (Layers - 1) * 2 * Square;
    for (int i = 0; i < Size; i++)
    {
        gradient[Inputs * Size + i] += residual * w.s[i];
        w.bar_s[i] = residual * all(p[Inputs * Size + i]);
        w.bar_query[i] = i == Inputs ? residual : Vector{};
    }
    times_transposed<D, false>(w.bar_u, w.bar_s, l->g, 1);
    for (int i = 0; i < Size; i++)
        for (int j = 0; j < Size; j++)
        {
            gradient[Square + i * Size + j] += l->query[i] * w.bar_u[j];
            w.h[i * Size + j] = w.bar_s[i] * w.u[j] + w.u[i] * w.bar_s[j];
        }
    times_transposed_parameters<D, true>(w.bar_query, w.bar_u, p + Square, 1);
    while (--l >= w.layer)
    {
        p -= 2 * Square;
        gradient -= 2 * Square;
        for (int i = 0; i < Size; i++)
            for (int j = 0; j < Size; j++)
                w.bar_t[i * Size + j] = w.bar_query[i] * l->query[j];
        times<D, true>(w.bar_t, w.h, l->m, Size);
        times_transposed<D, true>(gradient, w.bar_t, l->s, Size);
        transposed_times_parameters<D, false>(w.r, w.bar_t, p);
        times<D, true>(gradient + Square, w.r, l->g, Size);
        transposed_times_parameters<D, false>(w.e, w.r, p + Square);
        times<D, false>(w.below, w.bar_query, l->t, 1);
        memcpy(w.bar_query, w.below, sizeof w.below);
        times<D, false>(w.ht, w.h, l->t, Size);
        for (int i = 0; i < Size; i++)
            for (int j = 0; j < Size; j++)
                w.h[i * Size + j] = w.e[i * Size + j] + w.e[j * Size + i];
        transposed_times<D, true>(w.h, l->t, w.ht);
    }
    backward_network(w, x);
}
}

// Tokens [N + 1, d + 1] and label of bundles, N, bundles, hidden units, parameters, gradient.
extern "C" double nonlinear(const float *tokens, int context, int bundles, int hidden, const float *p, float *gradient)
{
    static std::unique_ptr<Work> work;
    if (!work || work->context != context || work->hidden != hidden)
        work.reset(new Work(context, hidden));
    Work &w = *work;
    for (int h = 0; h < hidden; h++)
    {
        Unit &unit = w.units[h];
        unit.bias = p[w.first_biases() + h];
        for (int i = 0; i < Inputs; i++)
        {
            unit.in[i] = p[w.first_weights() + h * Inputs + i];
            unit.out[i] = p[w.second_weights() + i * hidden + h];
        }
    }
    int stride = (context + 1) * Size + 1;
    return means(
        tokens, stride, bundles, w.gradient.data(), w.count(), gradient,
        [&](const float *share)
        {
            const Vector *x = vectors(share, stride, w.copied.data());
            Vector y = forward(w, p, x);
            backward(w, p, x, y);
            return y;
        });
}
