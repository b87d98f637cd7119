using System.Globalization;

namespace LinearTransformers.Experiments;

/// <summary>Numbers of things, as they are said.</summary>
public static class Counted
{
    /// <summary>"1 iteration", "2 iterations".</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="several">What several are called; null for an s behind it.</param>
    public static string Of(long count, string one, string? several = null)
        => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : several ?? one + "s")}");
}
