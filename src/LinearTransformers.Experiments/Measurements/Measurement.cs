using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// What can be measured of a run at an iteration: a number that its parameters, its settings and its loss on a test batch give. One of the
/// catalog is drawn along runs by its name.
/// </summary>
/// <example>
/// One of your own is a record and a line:
/// <code>
/// [Part("largest-parameter", "the largest parameter in size")]
/// public sealed record LargestParameter : Measurement
/// {
///     public override double Measure(MeasuredModel model) =&gt; model.Parameters.Max(Math.Abs);
/// }
///
/// Measurement.Catalog.Add&lt;LargestParameter&gt;();
/// </code>
/// </example>
public abstract record Measurement : Part
{
    /// <summary>The measurements by name.</summary>
    public static Catalog<Measurement> Catalog { get; } = new Catalog<Measurement>("measurement")
        .Add<BatchLossMeasurement>()
        .Add<GradientNorm>()
        .Add<RobustConditionNumber>()
        .Add<Sharpness>()
        .Add<HessianNorm>()
        .Add<StepCurvature>()
        .Add<ParameterNorm>();

    /// <summary>What is measured, in lower case as in a sentence; the name, without its hyphens.</summary>
    public virtual string Quantity => Parts.NameOf(this).Replace('-', ' ');

    /// <summary>Whether it can be negative; it is drawn on a linear axis then, and on a logarithmic one otherwise.</summary>
    public virtual bool CanBeNegative => false;

    /// <summary>Whether it needs the parameters of the next iteration as well: then the end of a run has none.</summary>
    public virtual bool NeedsNext => false;

    /// <summary>Whether it depends on the test batch.</summary>
    public virtual bool IsOnTestBatch => true;

    /// <summary>Whether it is a loss, which exact floors can be drawn beside.</summary>
    public virtual bool IsLoss => false;

    /// <summary>Iterations between two points of a figure that is not asked for others.</summary>
    public virtual int Every => 50;

    /// <summary>Why it cannot be measured along a run with these settings, as "its n-layer is 1; …"; null if it can.</summary>
    public virtual string? Refusal(TrainingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return NeedsNext && settings.HistoryStride != 1
            ? $"its hist-stride is {settings.HistoryStride}; {Parts.NameOf(this)} needs every iterate, a run with hist-stride 1"
            : null;
    }

    /// <summary>Measures it. Called from several threads at once, each with models of its own.</summary>
    /// <returns>The number; NaN where there is none.</returns>
    public abstract double Measure(MeasuredModel model);
}
