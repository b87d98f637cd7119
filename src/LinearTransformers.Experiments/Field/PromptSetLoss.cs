using LinearTransformers.Prompts;

namespace LinearTransformers.Experiments.Field;

/// <summary>
/// The loss of one linear layer on a set of prompts as a quadratic function of A: it predicts ⟨A, H⟩ with H = x_q gᵀ, so with
/// R = mean of H Hᵀ over the set, C = mean of y H and c = mean of y²,
/// <code>
/// L(A) = c − 2 ⟨A, C⟩ + ⟨A, R A⟩ .
/// </code>
/// </summary>
internal sealed class PromptSetLoss
{
    private const int Rounds = 2000;

    private readonly int _d;
    private readonly double[,] _second;
    private readonly double[] _first;
    private readonly double _labels;

    /// <param name="set">The set.</param>
    public PromptSetLoss(PromptBatch set)
    {
        PromptSettings settings = set.Settings;
        int d = _d = settings.Dimension;
        int n = settings.ContextLength;
        int length = (n + 1) * (d + 1);
        (float[] tokens, float[] labels) = set.ToTokens();
        _second = new double[d * d, d * d];
        _first = new double[d * d];
        double[] g = new double[d];
        double[] features = new double[d * d];
        for (int prompt = 0; prompt < labels.Length; prompt++)
        {
            ReadOnlySpan<float> rows = tokens.AsSpan(prompt * length, length);
            Array.Clear(g);
            for (int i = 0; i < n * (d + 1); i += d + 1)
            {
                for (int k = 0; k < d; k++)
                {
                    g[k] += (double)rows[i + k] * rows[i + d] / n;
                }
            }

            double y = labels[prompt];
            for (int i = 0; i < d * d; i++)
            {
                features[i] = rows[(n * (d + 1)) + (i / d)] * g[i % d];
                _first[i] += y * features[i] / labels.Length;
            }

            for (int i = 0; i < d * d; i++)
            {
                for (int j = 0; j < d * d; j++)
                {
                    _second[i, j] += features[i] * features[j] / labels.Length;
                }
            }

            _labels += y * y / labels.Length;
        }
    }

    /// <summary>L(A).</summary>
    public double Of(double[] a)
    {
        double loss = _labels;
        for (int i = 0; i < a.Length; i++)
        {
            double product = 0;
            for (int j = 0; j < a.Length; j++)
            {
                product += _second[i, j] * a[j];
            }

            loss += a[i] * (product - (2 * _first[i]));
        }

        return loss;
    }

    /// <summary>
    /// The least losses of matrices of rank 0 to d near those that have the best entries on the first m places of the diagonal: A = U Vᵀ,
    /// U and V in turns.
    /// </summary>
    /// <param name="diagonal">The best diagonal, from which the search begins, in the order in which directions are learnt.</param>
    public double[] Plateaus(double[] diagonal)
    {
        double[] losses = new double[_d + 1];
        losses[0] = _labels;
        for (int m = 1; m <= _d; m++)
        {
            double[,] u = new double[_d, m];
            double[,] v = new double[_d, m];
            for (int k = 0; k < m; k++)
            {
                (u[k, k], v[k, k]) = (1, diagonal[k]);
            }

            for (int round = 0; round < Rounds; round++)
            {
                v = Best(u, isLeft: true);
                u = Best(v, isLeft: false);
            }

            losses[m] = Of(Product(u, v));
        }

        return losses;
    }

    private double[] Product(double[,] u, double[,] v)
    {
        double[] a = new double[_d * _d];
        for (int i = 0; i < a.Length; i++)
        {
            for (int k = 0; k < u.GetLength(1); k++)
            {
                a[i] += u[i / _d, k] * v[i % _d, k];
            }
        }

        return a;
    }

    /// <summary>The best factor beside a given one: the normal equations of a linear problem.</summary>
    private double[,] Best(double[,] given, bool isLeft)
    {
        int m = given.GetLength(1);
        int count = _d * m;
        double[,] system = new double[count, count];
        double[] right = new double[count];
        for (int i = 0; i < _d * _d; i++)
        {
            for (int k = 0; k < m; k++)
            {
                right[Place(i, k)] += _first[i] * Given(i, k);
                for (int j = 0; j < _d * _d; j++)
                {
                    for (int l = 0; l < m; l++)
                    {
                        system[Place(i, k), Place(j, l)] += _second[i, j] * Given(i, k) * Given(j, l);
                    }
                }
            }
        }

        double[] solution = DenseSolver.SolvePositive(system, right);
        double[,] other = new double[_d, m];
        for (int i = 0; i < count; i++)
        {
            other[i / m, i % m] = solution[i];
        }

        return other;

        double Given(int entry, int k) => isLeft ? given[entry / _d, k] : given[entry % _d, k];

        int Place(int entry, int k) => ((isLeft ? entry % _d : entry / _d) * m) + k;
    }
}
