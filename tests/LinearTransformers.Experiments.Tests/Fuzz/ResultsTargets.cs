using System.Text;
using System.Text.RegularExpressions;
using LinearTransformers.Experiments.Results;

namespace LinearTransformers.Tests.Fuzz;

/// <summary>What a report reads besides runs.</summary>
internal static partial class ResultsTargets
{
    /// <summary>All targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("results", [Encoding.UTF8.GetBytes(ResultsJson.Write(Rows, Rows[..1])), "{\"rows\":[],\"details\":[]}"u8.ToArray()],
            (mutator, bytes) => mutator.Change(bytes), Read),
    ];

    /// <summary>A refusal must name the file and the place in it.</summary>
    private static void Read(byte[] bytes)
    {
        try
        {
            ResultsJson.Read(bytes, FuzzTarget.FileName);
        }
        catch (FormatException exception) when (!Place().IsMatch(exception.Message))
        {
            throw new InvalidOperationException($"a message without file and place: {exception.Message}", exception);
        }
    }

    [GeneratedRegex($"^{FuzzTarget.FileName}: (line [0-9]+: |the whole |(rows|details)(\\[[0-9]+\\](\\.[a-z]+)?)?:? )")]
    private static partial Regex Place();

    /// <summary>Each verdict, with and without numbers.</summary>
    public static ResultRow[] Rows =>
    [
        new("simple", "loss at the end ± 2σ", 1.25, 9.6e-4, 1.2500001, "1e-3", Verdict.Match),
        new("simple", "entry \"a\" of A₀", null, null, double.NaN, null, Verdict.None),
        new("simple", "slope\tper \\ step", -1e-300, 0, 12, "a factor of 1.5", Verdict.Short),
    ];
}
