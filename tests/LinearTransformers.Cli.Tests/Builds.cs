namespace LinearTransformers.Cli.Tests;

/// <summary>The tests that build or pack what lies in the repository: one at a time, since they share its folders.</summary>
internal static class Builds
{
    public const string Name = "builds";
}
