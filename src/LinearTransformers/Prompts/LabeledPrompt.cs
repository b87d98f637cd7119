using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Reading;

namespace LinearTransformers.Prompts;

/// <summary>A prompt in the published layout.</summary>
internal static unsafe class LabeledPrompt
{
    /// <summary>Z of a prompt, [N + 1, d + 1]: covariates and the label in the last column, a zero in place of the query's.</summary>
    /// <param name="prompts">Prompts that were read.</param>
    /// <param name="prompt">Which of them.</param>
    /// <param name="maps">What makes them of standard ones; null where they are.</param>
    /// <param name="z">Receives Z.</param>
    /// <returns>The query's label.</returns>
    public static float Write(in PromptView prompts, int prompt, PromptMaps? maps, Span<float> z)
    {
        int d = prompts.Dimension;
        Span<float> w = stackalloc float[d];
        LinearMap.Apply(maps is null ? default : maps.Tasks, prompts.Task(prompt), w);
        float label = 0;
        for (int n = 0; n <= prompts.ContextLength; n++)
        {
            Span<float> row = z.Slice(n * (d + 1), d + 1);
            Span<float> x = row[..d];
            LinearMap.Apply(maps is null ? default : maps.Covariates, prompts.Covariate(prompt, n), x);
            label = prompts.Labels is null ? Dot(w, x) : prompts.Labels[((long)prompt * prompts.LabelStride) + n];
            row[d] = n == prompts.ContextLength ? 0
                : prompts.Noise is null ? label
                : label + prompts.Noise[((long)prompt * prompts.ContextLength) + n];
        }

        return label;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum = MathF.FusedMultiplyAdd(a[i], b[i], sum);
        }

        return sum;
    }
}
