using System.Globalization;

namespace LinearTransformers.Experiments;

/// <summary>A run that an experiment needs has diverged.</summary>
public sealed class RunDivergedException(string message) : Exception(message)
{
    /// <summary>What was not finite, as a message says it.</summary>
    /// <param name="iteration">Iterations that the run did.</param>
    /// <param name="iterations">How many it was asked for.</param>
    public static string What(int iteration, int iterations)
        => iteration < iterations
            ? string.Create(CultureInfo.InvariantCulture, $"the loss or its gradient was not finite at iteration {iteration}")
            : string.Create(CultureInfo.InvariantCulture, $"the parameters were not finite after the last iteration, {iteration - 1}");
}
