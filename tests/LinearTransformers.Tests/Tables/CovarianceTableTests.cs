using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Random;
using LinearTransformers.Tests.Statistics;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>What every covariance of covariates and of task vectors must do.</summary>
public class CovarianceTableTests
{
    private const int Prompts = 20_000;
    private const int D = 4;

    private static readonly double[] OfFile = [2, 0.5, 0, 0.25, 0.5, 1, -0.25, 0, 0, -0.25, 0.5, 0.125, 0.25, 0, 0.125, 1.5];

    public static TheoryData<string, string, string> Cases =>
    [
        .. from covariance in PartCases.TextsOf(typeof(CovarianceLaw))
           from tasks in PartCases.TextsOf(typeof(TaskCovarianceLaw))
           from stream in Enum.GetNames<StreamKind>()
           select (covariance, tasks, stream)
    ];

    /// <summary>
    /// With E x xᵀ = Σ and E w wᵀ = Ψ, the labels of two tokens have E y_1 y_2 x_1 x_2ᵀ = Σ Ψ Σ. With a covariance for each prompt the
    /// mean of all that is over those.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Covariates_and_tasks_have_their_covariances(string covariance, string tasks, string stream)
    {
        TrainingSettings settings = new() { Dimension = D, BatchSize = Prompts, ContextLength = 2 };
        settings = SettingNames.Apply(settings, [("covariance", covariance), ("task-covariance", tasks)]);
        settings.Validate();
        IStream random = stream is nameof(StreamKind.Torch) ? new TorchStream(5) : new NativeStream(5);
        Covariance? drawn = settings.Covariance.Draw(random, D);
        PromptBatch batch = new(settings.Prompts(drawn));
        batch.Draw(random);
        (float[] z, _) = batch.ToTokens();
        List<(double[] X1, double[] X2, double Y1, double Y2)> pairs = [.. Enumerable.Range(0, Prompts).Select(p =>
        {
            int at = p * 3 * (D + 1);
            return (Row(at), Row(at + D + 1), (double)z[at + D], (double)z[at + (2 * D) + 1]);
        })];

        double[] sigma = Sigma(covariance, drawn);
        for (int i = 0; i < D; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                (int a, int b) = (i, j);
                SampleTests.AssertMean(pairs, pair => pair.X1[a] * pair.X1[b], sigma[(i * D) + j]);
                SampleTests.AssertMean(pairs, pair => pair.X1[a] * pair.X2[b], 0);
            }
        }

        // Exponential eigenvalues of mean 1 have E λ² = 2; labels of tasks with their inverse have E Σ Ψ Σ = E Σ.
        double[] psi = Psi(tasks, sigma);
        double[] product = covariance != "random:exponential" ? Multiply(Multiply(sigma, psi), sigma)
            : tasks == "inverse" ? sigma
            : [.. psi.Select((entry, i) => i % (D + 1) == 0 ? 2 * entry : entry)];
        for (int i = 0; i < D * D; i++)
        {
            (int a, int b) = (i / D, i % D);
            SampleTests.AssertMean(pairs, pair => pair.Y1 * pair.Y2 * pair.X1[a] * pair.X2[b], product[i]);
        }

        double[] Row(int at) => [.. z[at..(at + D)].Select(entry => (double)entry)];
    }

    [Fact]
    public void A_covariance_for_each_prompt_is_one_for_all_its_tokens()
    {
        TrainingSettings settings = new() { Dimension = D, BatchSize = Prompts, ContextLength = 2, Covariance = new RandomCovariance() };
        foreach (IStream random in (IStream[])[new TorchStream(5), new NativeStream(5)])
        {
            PromptBatch batch = new(settings.Prompts(null));
            batch.Draw(random);
            (float[] z, _) = batch.ToTokens();

            // E x_1² x_2² of one entry is E λ² = 2, and 1 of two entries.
            IEnumerable<int> starts = Enumerable.Range(0, Prompts).Select(p => p * 3 * (D + 1));
            SampleTests.AssertMean([.. starts], at => Math.Pow(z[at], 2) * Math.Pow(z[at + D + 1], 2), 2);
            SampleTests.AssertMean([.. starts], at => Math.Pow(z[at], 2) * Math.Pow(z[at + D + 2], 2), 1);
        }
    }

    private static double[] Sigma(string text, Covariance? drawn) => text switch
    {
        "identity" or "random:exponential" => [.. SymmetricMatrix.Diagonal([1, 1, 1, 1]).Entries],
        "spectrum:2,1,0.5,0.25" => [.. SymmetricMatrix.Diagonal([2, 1, 0.5, 0.25]).Entries],
        "ar:0.5" => [1, 0.5, 0.25, 0.125, 0.5, 1, 0.5, 0.25, 0.25, 0.5, 1, 0.5, 0.125, 0.25, 0.5, 1],
        "rotated" => Rotated(drawn!),
        _ when text.StartsWith("file:", StringComparison.Ordinal) => OfFile,
        _ => throw new KeyNotFoundException($"nothing is known of the covariance {text} here: its matrix must be"),
    };

    private static double[] Psi(string text, double[] sigma) => text switch
    {
        "inverse" => Inverse(sigma),
        "identity" => [.. SymmetricMatrix.Diagonal([1, 1, 1, 1]).Entries],
        "spectrum:2,1,0.5,0.25" => [.. SymmetricMatrix.Diagonal([2, 1, 0.5, 0.25]).Entries],
        _ when text.StartsWith("file:", StringComparison.Ordinal) => OfFile,
        _ => throw new KeyNotFoundException($"nothing is known of the task covariance {text} here: its matrix must be"),
    };

    private static double[] Rotated(Covariance covariance)
    {
        double[] sigma = new double[D * D];
        for (int i = 0; i < D * D; i++)
        {
            sigma[i] = Enumerable.Range(0, D).Sum(
                k => (double)covariance.U[(i / D * D) + k] * covariance.U[(i % D * D) + k] * covariance.D[k] * covariance.D[k]);
        }

        return sigma;
    }

    private static double[] Inverse(double[] sigma)
    {
        SymmetricMatrix matrix = new(sigma);
        double[] inverse = new double[D * D];
        for (int i = 0; i < D * D; i++)
        {
            inverse[i] = Enumerable.Range(0, D).Sum(
                k => matrix.Eigenvectors[(i / D * D) + k] * matrix.Eigenvectors[(i % D * D) + k] / matrix.Eigenvalues[k]);
        }

        return inverse;
    }

    private static double[] Multiply(double[] a, double[] b)
        => [.. Enumerable.Range(0, D * D).Select(i => Enumerable.Range(0, D).Sum(k => a[(i / D * D) + k] * b[(k * D) + (i % D)]))];
}
