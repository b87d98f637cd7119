namespace LinearTransformers.Theory;

/// <summary>An expected in-context loss, averaged over a sample of prompts.</summary>
/// <param name="Loss">The mean over the sample.</param>
/// <param name="StandardError">Its standard error.</param>
public sealed record SampledLoss(double Loss, double StandardError)
{
    internal const int PromptsBetweenLooks = 256;

    /// <summary>Averages over so many prompts.</summary>
    internal static SampledLoss Over(int prompts, Func<double> loss, CancellationToken stop)
    {
        // Welford's updates: the sum of squares does not cancel.
        double mean = 0, squares = 0;
        for (int prompt = 0; prompt < prompts; prompt++)
        {
            if (prompt % PromptsBetweenLooks == 0)
                stop.ThrowIfCancellationRequested();
            double value = loss();
            double change = value - mean;
            mean += change / (prompt + 1);
            squares += change * (value - mean);
        }

        return new SampledLoss(mean, Math.Sqrt(squares / (prompts - 1) / prompts));
    }
}
