namespace LinearTransformers.Experiments.Evaluation;

/// <summary>
/// How far two predictors agree, as von Oswald et al. measure it (<i>Transformers learn in-context by gradient descent</i>, 2023): by
/// their predictions, and by the sensitivities of these to the query.
/// </summary>
internal static class Agreement
{
    /// <summary>The means over prompts of |ŷ − ŷ'|, of ‖∂ŷ/∂x_q − ∂ŷ'/∂x_q‖ and of the cosine between both, 0 where one is zero.</summary>
    /// <param name="predictions">ŷ, [B].</param>
    /// <param name="sensitivities">∂ŷ/∂x_q, [B, d].</param>
    /// <param name="others">ŷ'.</param>
    /// <param name="otherSensitivities">∂ŷ'/∂x_q.</param>
    /// <param name="means">Receives the three means.</param>
    public static void Of(
        ReadOnlySpan<float> predictions,
        ReadOnlySpan<float> sensitivities,
        ReadOnlySpan<double> others,
        ReadOnlySpan<double> otherSensitivities,
        Span<double> means)
    {
        int d = sensitivities.Length / predictions.Length;
        means.Clear();
        for (int b = 0; b < predictions.Length; b++)
        {
            double product = 0;
            double ours = 0;
            double theirs = 0;
            double difference = 0;
            for (int i = b * d; i < (b + 1) * d; i++)
            {
                (double x, double y) = (sensitivities[i], otherSensitivities[i]);
                product += x * y;
                ours += x * x;
                theirs += y * y;
                difference += (x - y) * (x - y);
            }

            means[0] += Math.Abs(predictions[b] - others[b]);
            means[1] += Math.Sqrt(difference);
            means[2] += product == 0 ? 0 : product / Math.Sqrt(ours * theirs);
        }

        foreach (ref double mean in means)
        {
            mean /= predictions.Length;
        }
    }
}
