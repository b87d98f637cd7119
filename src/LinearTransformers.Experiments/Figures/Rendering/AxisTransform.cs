namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>From values to positions along an axis. NaN stands for "has no place on it".</summary>
internal abstract class AxisTransform
{
    public static AxisTransform For(AxisScale scale) => scale switch
    {
        AxisScale.Linear => new LinearTransform(),
        AxisScale.Logarithmic => new LogarithmicTransform(),
        _ => throw new ArgumentOutOfRangeException(nameof(scale), scale, "Not an axis scale."),
    };

    public abstract double Place(double value);

    /// <summary>As <see cref="Place"/>, but −∞ for the lower edge of a band that goes through the bottom of the axis.</summary>
    public abstract double PlaceLowerEdge(double value);

    /// <summary>How far below the lowest point of its line a band may pull the end of the axis.</summary>
    public abstract double BandReach { get; }

    /// <summary>What stands on the axis when there is nothing to choose its range.</summary>
    public abstract AxisRange EmptyRange { get; }

    /// <summary>Half the length given to an axis all of whose positions are the same.</summary>
    public abstract double HalfLengthAround(double position);

    public abstract IReadOnlyList<AxisTick> Ticks(AxisRange range, int maximumCount);

    private sealed class LinearTransform : AxisTransform
    {
        public override double BandReach => double.PositiveInfinity;

        public override AxisRange EmptyRange => new(0, 1);

        public override double Place(double value) => double.IsFinite(value) ? value : double.NaN;

        public override double PlaceLowerEdge(double value) => Place(value);

        public override double HalfLengthAround(double position) => position == 0 ? 1 : Math.Abs(position) / 10;

        public override IReadOnlyList<AxisTick> Ticks(AxisRange range, int maximumCount) => LinearTicks.Create(range, maximumCount);
    }

    private sealed class LogarithmicTransform : AxisTransform
    {
        // A mean minus a standard deviation that all but vanishes says nothing about decades far below the mean.
        public override double BandReach => 1;

        public override AxisRange EmptyRange => new(-1, 0);

        public override double Place(double value) => value > 0 && double.IsFinite(value) ? Math.Log10(value) : double.NaN;

        public override double PlaceLowerEdge(double value) => value <= 0 ? double.NegativeInfinity : Place(value);

        public override double HalfLengthAround(double position) => 0.5;

        public override IReadOnlyList<AxisTick> Ticks(AxisRange range, int maximumCount) => LogarithmicTicks.Create(range, maximumCount);
    }
}
