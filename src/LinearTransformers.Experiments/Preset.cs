using System.Text.Json;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments;

/// <summary>Published settings of a run, by name, as the experiment that has them gives them.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Settings">The settings, of the first published seed.</param>
public sealed record Preset(string Name, TrainingSettings Settings)
{
    /// <summary>The settings that matter most, in a line.</summary>
    public string Summary
    {
        get
        {
            TrainingSettings s = Settings;
            string what = s.Model is ModelKind.NonlinearRegression ? "nonlinear regression" : s.Covariance is CovarianceKind.Rotated ? "rotated" : Word(s.Mode);
            string attention = s.Activation is Models.Activation.None ? "" : $", {Word(s.Activation)} attention";
            return FormattableString.Invariant(
                $"{what}{attention}, N = {s.ContextLength}, L = {s.Layers}, B = {s.BatchSize}, {Word(s.Algorithm)} at {s.LearningRate}, {Counted.Of(s.MaxIterations, "iteration")}");
        }
    }

    private static string Word<T>(T value)
        where T : struct, Enum
        => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
