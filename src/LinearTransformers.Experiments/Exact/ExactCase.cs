using LinearTransformers.Activations;
using LinearTransformers.Models;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Exact;

/// <summary>
/// What exact values are asked for: the laws of prompts, as far as theory knows them, and the model.
/// </summary>
/// <param name="Settings">The settings that they are of.</param>
public sealed record ExactCase(TrainingSettings Settings)
{
    private const double Rounding = 1e-6;
    private const int MostDimensions = 20;

    /// <summary>N.</summary>
    public int N => Settings.ContextLength;

    /// <summary>d.</summary>
    public int D => Settings.Dimension;

    /// <summary>Σ = E x xᵀ of normal covariates, d × d.</summary>
    public required double[,] Covariance { get; init; }

    /// <summary>Ψ = E w wᵀ, d × d.</summary>
    public required double[,] TaskCovariance { get; init; }

    /// <summary>T, which makes task vectors of standard ones, w = T ω; d × d.</summary>
    public required double[,] TaskRoot { get; init; }

    /// <summary>s = E σ².</summary>
    public double NoiseVariance => Settings.Noise.Variance;

    /// <summary>The law of σ; null where theory does not know it.</summary>
    public NoiseLevels? Noise { get; private init; }

    /// <summary>The covariates' law.</summary>
    public CovariateLaw Covariates => Settings.Covariates;

    /// <summary>Whether covariates are normal.</summary>
    public bool IsNormal => Settings.Covariates is NormalCovariates;

    /// <summary>
    /// Whether tasks and labels are those that the published theorems speak of: w ~ N(0, Σ⁻¹), without noise.
    /// </summary>
    public bool IsPublished => Settings is { Tasks.IsStandardNormal: true, Noise.IsZero: true, TaskCovariance.IsInverse: true };

    /// <summary>Whether all layers have the same parameters.</summary>
    public bool IsTied => ((LinearTransformerModel)Settings.Model).IsTied;

    /// <summary>What attention makes of its scores.</summary>
    public Activation Activation => ((LinearTransformerModel)Settings.Model).Activation;

    /// <summary>
    /// c where Σ^½ Ψ Σ^½ = c I: labels then have the same variance in every direction, and the loss is c times that of Σ = Ψ = I with noise
    /// of variance s/c. Null otherwise.
    /// </summary>
    public double? Scale { get; private init; }

    /// <summary>
    /// Whether exact moments take no more than moments: of several layers they take minutes where both N and d are larger.
    /// </summary>
    public bool HasMoments => Math.Min(N, D) <= MostDimensions;

    /// <summary>The case of settings; null where theory has nothing for their model, labels or laws.</summary>
    public static ExactCase? Of(TrainingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (settings is not { Model: LinearTransformerModel, Labels.IsLinear: true, Covariance.IsOfPrompt: false, DataSet: null }
            || settings.Tasks.SecondMoment(settings.Dimension) is not { } moment)
        {
            return null;
        }

        int d = settings.Dimension;
        Covariance? covariance = settings.DrawCovariance();
        double[,]? forward = covariance?.Root();
        double[,]? tasks = settings.TaskCovariance.IsInverse ? covariance?.InverseRoot() : settings.TaskCovariance.Of()?.Root();
        double[,] sigma = forward is null ? Identity(d) : Product(forward, forward);
        double[,] psi = tasks is null ? Square(moment, d) : Product(Times(tasks, Square(moment, d)), tasks);
        return new ExactCase(settings)
        {
            Covariance = sigma,
            TaskCovariance = psi,
            TaskRoot = tasks ?? Identity(d),
            Scale = Multiple(forward is null ? psi : Times(sigma, psi)),
            Noise = LevelsOf(settings.Noise, 1),
        };
    }

    /// <summary>The law of σ/√c.</summary>
    public NoiseLevels? NoiseOver(double c) => LevelsOf(Settings.Noise, Math.Sqrt(c));

    private static NoiseLevels? LevelsOf(NoiseLaw law, double unit) => law switch
    {
        FixedNoise one => NoiseLevels.Fixed(one.Deviation / unit),
        UniformNoise uniform => NoiseLevels.Uniform(uniform.Largest / unit),
        ValuesNoise values => NoiseLevels.Values([.. values.Deviations.Select(deviation => deviation / unit)]),
        _ => null,
    };

    private static double[,] Identity(int d)
    {
        double[,] identity = new double[d, d];
        for (int i = 0; i < d; i++)
        {
            identity[i, i] = 1;
        }

        return identity;
    }

    private static double[,] Square(double[] entries, int d)
    {
        double[,] square = new double[d, d];
        for (int i = 0; i < entries.Length; i++)
        {
            square[i / d, i % d] = entries[i];
        }

        return square;
    }

    /// <summary>A Bᵀ, made symmetric where it is but for roundings.</summary>
    private static double[,] Product(double[,] a, double[,] b)
    {
        int d = a.GetLength(0);
        double[,] product = new double[d, d];
        for (int i = 0; i < d * d; i++)
        {
            for (int k = 0; k < d; k++)
            {
                product[i / d, i % d] += ((a[i / d, k] * b[i % d, k]) + (a[i % d, k] * b[i / d, k])) / 2;
            }
        }

        return product;
    }

    /// <summary>A B.</summary>
    private static double[,] Times(double[,] a, double[,] b)
    {
        int d = a.GetLength(0);
        double[,] product = new double[d, d];
        for (int i = 0; i < d * d; i++)
        {
            for (int k = 0; k < d; k++)
            {
                product[i / d, i % d] += a[i / d, k] * b[k, i % d];
            }
        }

        return product;
    }

    /// <summary>c of c I, where a matrix is that but for the roundings of a covariance that is drawn, which has single precision.</summary>
    private static double? Multiple(double[,] matrix)
    {
        int d = matrix.GetLength(0);
        double c = Enumerable.Range(0, d).Average(i => matrix[i, i]);
        for (int i = 0; i < d * d; i++)
        {
            if (Math.Abs(matrix[i / d, i % d] - (i % (d + 1) == 0 ? c : 0)) > Rounding * c)
            {
                return null;
            }
        }

        // Exactly 1 where roundings are all that keeps it from that.
        return Math.Abs(c - 1) < Rounding ? 1 : c;
    }
}
