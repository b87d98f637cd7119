using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Tests.Tables;

/// <summary>
/// Prompts of one batch, vector by vector, as they are read: two covariates of the context, the query, the task vector; and the query's
/// label.
/// </summary>
internal sealed class VectorSample
{
    private const int ContextLength = 3;

    private VectorSample(int dimension) => Dimension = dimension;

    public int Dimension { get; }

    public List<double[]> First { get; } = [];

    public List<double[]> Second { get; } = [];

    public List<double[]> Query { get; } = [];

    public List<double[]> Task { get; } = [];

    public List<double> Label { get; } = [];

    /// <summary>A batch of a stream; covariates and task vectors as their laws make them, before any covariance.</summary>
    public static VectorSample Draw(PromptSettings settings, IStream stream, int batches = 1)
    {
        VectorSample sample = new(settings.Dimension);
        PromptBatch batch = new(settings with { ContextLength = ContextLength });
        ReadingRoom room = new();
        for (int i = 0; i < batches; i++)
        {
            batch.Draw(stream);
            for (int begin = 0; begin < settings.BatchSize; begin += ReadingRoom.Prompts)
            {
                PromptView prompts = batch.Read(begin, Math.Min(settings.BatchSize, begin + ReadingRoom.Prompts), room);
                for (int p = 0; p < prompts.Count; p++)
                {
                    sample.First.Add(Numbers(prompts.Covariate(p, 0)));
                    sample.Second.Add(Numbers(prompts.Covariate(p, 1)));
                    sample.Query.Add(Numbers(prompts.Covariate(p, ContextLength)));
                    sample.Task.Add(Numbers(prompts.Task(p)));
                }
            }

            sample.Label.AddRange(batch.ToTokens().Y.Select(y => (double)y));
        }

        GC.KeepAlive(room);
        return sample;
    }

    private static double[] Numbers(ReadOnlySpan<float> vector)
    {
        double[] numbers = new double[vector.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = vector[i];
        }

        return numbers;
    }
}
