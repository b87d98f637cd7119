namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>A mark on an axis; a minor one has no label.</summary>
internal readonly record struct AxisTick(double Position, string? Label)
{
    public bool IsMajor => Label is not null;
}
