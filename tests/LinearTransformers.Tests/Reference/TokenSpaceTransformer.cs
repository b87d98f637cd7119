using LinearTransformers.Activations;
using LinearTransformers.Shapes;

namespace LinearTransformers.Tests.Reference;

/// <summary>
/// The linear transformer word for word from the paper's formula, in double precision and token space: each head adds
/// (1/N)·(Z Q Zᵀ) M Z Pᵀ with P = diag(P̂, 1), Q = diag(Q̂, 0), M = diag(1, …, 1, 0). Slow, and plain to read. An activation
/// is applied to Z Q Zᵀ, row by row; after <see cref="StandardSoftmaxAttention"/> there is no factor 1/N.
/// </summary>
internal static class TokenSpaceTransformer
{
    /// <summary>(1/B) Σ (last entry of the last row + y)².</summary>
    public static double Loss(
        LinearTransformerShape shape, ReadOnlySpan<double> parameters, double[] z, double[] y, Activation? activation = null)
        => Loss(Layers(shape, parameters), shape.Dimension, z, y, activation);

    /// <summary>The same of full matrices P and Q, (d+1) × (d+1): those of each layer's heads one after another.</summary>
    public static double LossOfFull(LinearTransformerShape shape, ReadOnlySpan<double> matrices, double[] z, double[] y)
    {
        int width = shape.Dimension + 1;
        (double[,] P, double[,] Q)[][] layers = new (double[,], double[,])[shape.Layers][];
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            layers[layer] = new (double[,], double[,])[shape.Heads];
            for (int head = 0; head < shape.Heads; head++)
            {
                ReadOnlySpan<double> both = matrices.Slice(((layer * shape.Heads) + head) * 2 * width * width, 2 * width * width);
                layers[layer][head] = (Square(both[..(width * width)], width), Square(both[(width * width)..], width));
            }
        }

        return Loss(layers, shape.Dimension, z, y, null);
    }

    public static double[,] Forward(
        LinearTransformerShape shape, ReadOnlySpan<double> parameters, double[,] z, Activation? activation = null)
        => Forward(Layers(shape, parameters), z, activation);

    private static double Loss((double[,] P, double[,] Q)[][] layers, int dimension, double[] z, double[] y, Activation? activation)
    {
        int tokens = z.Length / y.Length / (dimension + 1);
        double sum = 0;
        for (int b = 0; b < y.Length; b++)
        {
            double[,] prompt = new double[tokens, dimension + 1];
            for (int i = 0; i < prompt.Length; i++)
            {
                prompt[i / (dimension + 1), i % (dimension + 1)] = z[(b * prompt.Length) + i];
            }

            double[,] output = Forward(layers, prompt, activation);
            double residual = output[tokens - 1, dimension] + y[b];
            sum += residual * residual;
        }

        return sum / y.Length;
    }

    private static (double[,] P, double[,] Q)[][] Layers(LinearTransformerShape shape, ReadOnlySpan<double> parameters)
    {
        (double[,] P, double[,] Q)[][] layers = new (double[,], double[,])[shape.Layers][];
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            layers[layer] = new (double[,], double[,])[shape.Heads];
            for (int head = 0; head < shape.Heads; head++)
            {
                layers[layer][head] = (
                    Embed(parameters.Slice(shape.OffsetOfP(layer, head), shape.MatrixSize), shape.Dimension, 1),
                    Embed(parameters.Slice(shape.OffsetOfQ(layer, head), shape.MatrixSize), shape.Dimension, 0));
            }
        }

        return layers;
    }

    private static double[,] Forward((double[,] P, double[,] Q)[][] layers, double[,] z, Activation? activation)
    {
        foreach ((double[,] P, double[,] Q)[] heads in layers)
        {
            double[,] next = (double[,])z.Clone();
            foreach ((double[,] p, double[,] q) in heads)
            {
                double[,] attention = Attention(p, q, z, activation);
                for (int n = 0; n < z.GetLength(0); n++)
                {
                    for (int i = 0; i < z.GetLength(1); i++)
                    {
                        next[n, i] += attention[n, i];
                    }
                }
            }

            z = next;
        }

        return z;
    }

    private static double[,] Attention(double[,] p, double[,] q, double[,] z, Activation? activation)
    {
        int contextLength = z.GetLength(0) - 1;
        double divisor = activation is StandardSoftmaxAttention ? 1 : contextLength;
        double[,] scores = Dense.Multiply(Dense.Multiply(z, q), Dense.Transpose(z));
        Activate(scores, activation);
        for (int n = 0; n <= contextLength; n++)
        {
            scores[n, contextLength] = 0;
            for (int m = 0; m < contextLength; m++)
            {
                scores[n, m] /= divisor;
            }
        }

        return Dense.Multiply(Dense.Multiply(scores, z), Dense.Transpose(p));
    }

    private static void Activate(double[,] scores, Activation? activation)
    {
        int count = activation is MaskedSoftmaxAttention or StandardSoftmaxAttention ? scores.GetLength(1) - 1 : scores.GetLength(1);
        for (int n = 0; n < scores.GetLength(0); n++)
        {
            double sum = Enumerable.Range(0, count).Sum(m => Math.Exp(scores[n, m]));
            for (int m = 0; m < count; m++)
            {
                scores[n, m] = activation switch
                {
                    null or LinearAttention => scores[n, m],
                    ReluAttention => Math.Max(scores[n, m], 0),
                    _ => Math.Exp(scores[n, m]) / sum,
                };
            }
        }
    }

    private static double[,] Square(ReadOnlySpan<double> matrix, int width)
    {
        double[,] square = new double[width, width];
        for (int i = 0; i < matrix.Length; i++)
        {
            square[i / width, i % width] = matrix[i];
        }

        return square;
    }

    private static double[,] Embed(ReadOnlySpan<double> matrix, int d, double corner)
    {
        double[,] full = new double[d + 1, d + 1];
        for (int i = 0; i < matrix.Length; i++)
        {
            full[i / d, i % d] = matrix[i];
        }

        full[d, d] = corner;
        return full;
    }

    /// <summary>The query's residual y_q + wᵀx_q of one prompt with linear labels; X holds the N context covariates.</summary>
    public static double Residual(double[,] x, double[] w, double[] query, IReadOnlyList<(double[,] P, double[,] Q)> layers)
    {
        int d = w.Length;
        int contextLength = x.GetLength(0);
        double[,] z = new double[contextLength + 1, d + 1];
        double label = 0;
        for (int j = 0; j < d; j++)
        {
            for (int i = 0; i < contextLength; i++)
            {
                z[i, j] = x[i, j];
                z[i, d] += x[i, j] * w[j];
            }

            z[contextLength, j] = query[j];
            label += query[j] * w[j];
        }

        double[] parameters = [.. layers.SelectMany(layer => layer.P.Cast<double>().Concat(layer.Q.Cast<double>()))];
        return Forward(new LinearTransformerShape(layers.Count, 1, d), parameters, z)[contextLength, d] + label;
    }
}
