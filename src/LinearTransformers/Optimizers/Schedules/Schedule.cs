using LinearTransformers.Settings;

namespace LinearTransformers.Optimizers.Schedules;

/// <summary>How the learning rate changes along a run.</summary>
public abstract record Schedule : Part
{
    /// <summary>The schedules by name.</summary>
    public static Catalog<Schedule> Catalog { get; } =
        new Catalog<Schedule>("schedule") { Absent = text => new AbsentSchedule { Text = text } }
        .Add<ConstantRate>()
        .Add<HalvedRate>()
        .Add<CosineRate>();

    /// <summary>
    /// Whether learning rates depend on how many iterations the run has. If not, a run that is asked for more of them goes on from where it
    /// ended; where they do, it is another run from its start.
    /// </summary>
    public virtual bool DependsOnIterations => true;

    /// <summary>The learning rate of an iteration.</summary>
    /// <param name="rate">The rate η that is set.</param>
    /// <param name="iteration">Which iteration, from 0.</param>
    /// <param name="iterations">Iterations of the run.</param>
    public abstract double StepSize(double rate, int iteration, int iterations);
}
