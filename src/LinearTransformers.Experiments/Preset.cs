using System.Globalization;
using LinearTransformers.Models;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;
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
            string what = s.Model is NonlinearRegressionModel ? "nonlinear regression" : s.Covariance is RotatedCovariance ? "rotated"
                : Parts.TextOf(s.Covariates);
            string attention = s.Model is LinearTransformerModel { Activation: { IsLinear: false } activation }
                ? $", {Parts.TextOf(activation)} attention" : "";
            return string.Create(CultureInfo.InvariantCulture,
                $"{what}{attention}, N = {s.ContextLength}, L = {s.Layers}, B = {s.BatchSize}, {Parts.TextOf(s.Optimizer)} at "
                    + $"{s.LearningRate}, {Counted.Of(s.MaxIterations, "iteration")}");
        }
    }
}
