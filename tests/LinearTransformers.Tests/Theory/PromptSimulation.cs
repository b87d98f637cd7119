namespace LinearTransformers.Tests.Theory;

/// <summary>
/// Draws prompts token by token in double precision and scores a predictor: x_i = C ξ_i, w = R ω, y_i = wᵀx_i + σ η_i, and the squared
/// error of the prediction of wᵀx_q, x_q = C_q ξ_q.
/// </summary>
internal sealed class PromptSimulation(int contextLength, double[,] covariateRoot, double[,] taskRoot, int seed)
{
    private readonly System.Random _random = new(seed);
    private readonly int _d = covariateRoot.GetLength(0);

    /// <summary>The prediction of wᵀx_q for X [N, d], y [N], x_q [d], σ.</summary>
    public delegate double Predictor(double[] x, double[] y, double[] query, double deviation);

    /// <summary>C_q where it is another than C.</summary>
    public double[,]? QueryRoot { get; init; }

    /// <summary>Draws σ of a prompt; none is no noise.</summary>
    public Func<System.Random, double>? Deviation { get; init; }

    /// <summary>Draws w in place of R ω.</summary>
    public Action<System.Random, double[]>? Task { get; init; }

    public Sample Losses(int prompts, Predictor predict)
    {
        Sample sample = new();
        (double[] x, double[] y) = (new double[contextLength * _d], new double[contextLength]);
        (double[] w, double[] query, double[] normal) = (new double[_d], new double[_d], new double[_d]);
        for (int prompt = 0; prompt < prompts; prompt++)
        {
            if (Task is null)
                Draw(taskRoot, normal, w);
            else
                Task(_random, w);
            double deviation = Deviation?.Invoke(_random) ?? 0;
            for (int i = 0; i < contextLength; i++)
            {
                Span<double> token = x.AsSpan(i * _d, _d);
                Draw(covariateRoot, normal, token);
                y[i] = deviation == 0 ? 0 : deviation * Gaussian.Number(_random);
                for (int k = 0; k < _d; k++)
                    y[i] += w[k] * token[k];
            }

            Draw(QueryRoot ?? covariateRoot, normal, query);
            double residual = -predict(x, y, query, deviation);
            for (int k = 0; k < _d; k++)
                residual += w[k] * query[k];
            sample.Add(residual * residual);
        }

        return sample;
    }

    /// <summary>g = (1/N) Σ x_i y_i.</summary>
    public static double[] Correlation(double[] x, double[] y)
    {
        int d = x.Length / y.Length;
        double[] g = new double[d];
        for (int i = 0; i < y.Length; i++)
            for (int k = 0; k < d; k++)
                g[k] += x[(i * d) + k] * y[i] / y.Length;
        return g;
    }

    /// <summary>One linear layer: x_qᵀ A g, A = −Q̂.</summary>
    public static Predictor Layer(double[,] query) => (x, y, xq, _) =>
    {
        double[] g = Correlation(x, y);
        double prediction = 0;
        for (int j = 0; j < g.Length; j++)
            for (int k = 0; k < g.Length; k++)
                prediction -= xq[j] * query[j, k] * g[k];
        return prediction;
    };

    /// <summary>
    /// Layers P̂_k = b_k I, Q̂_k = a_k Σ⁻¹ applied to every token, Σ diagonal: each token z gains (1/N) Σ_i (xᵀ Q̂ x_i) (b x_i, y_i),
    /// and the prediction is minus the query's label.
    /// </summary>
    public static Predictor Layers(double[] a, double[] b, double[] variances) => (x, y, xq, _) =>
    {
        int d = xq.Length;
        (double[] X, double[] Y, double[] Q) = ([.. x], [.. y], [.. xq]);
        double label = 0;
        for (int layer = 0; layer < a.Length; layer++)
        {
            double[] v = Correlation(X, Y);
            double[] G = new double[d * d];
            for (int i = 0; i < Y.Length; i++)
                for (int j = 0; j < d; j++)
                    for (int k = 0; k < d; k++)
                        G[(j * d) + k] += X[(i * d) + j] * X[(i * d) + k] / Y.Length;
            for (int k = 0; k < d; k++)
                v[k] *= a[layer] / variances[k];
            for (int i = 0; i < Y.Length; i++)
                Y[i] += Update(X.AsSpan(i * d, d), v, G, a[layer], b[layer], variances);
            label += Update(Q, v, G, a[layer], b[layer], variances);
        }

        return -label;
    };

    // What the label gains; the covariate is changed in place.
    private static double Update(Span<double> x, double[] v, double[] G, double a, double b, double[] variances)
    {
        double gain = 0;
        Span<double> scaled = stackalloc double[x.Length];
        for (int k = 0; k < x.Length; k++)
        {
            gain += x[k] * v[k];
            scaled[k] = a * b * x[k] / variances[k];
        }

        for (int j = 0; j < x.Length; j++)
            for (int k = 0; k < x.Length; k++)
                x[j] += G[(j * x.Length) + k] * scaled[k];
        return gain;
    }

    private void Draw(double[,] root, double[] normal, Span<double> vector)
    {
        for (int k = 0; k < normal.Length; k++)
            normal[k] = Gaussian.Number(_random);
        for (int j = 0; j < vector.Length; j++)
        {
            vector[j] = 0;
            for (int k = 0; k < normal.Length; k++)
                vector[j] += root[j, k] * normal[k];
        }
    }
}
