using LinearTransformers.Experiments.Report;

namespace LinearTransformers.Experiments.Watching;

/// <summary>A quantity along a run that goes on: points are added, and thinned out where there are many.</summary>
internal sealed class RunPoints
{
    /// <summary>Points that are kept.</summary>
    private const int Most = 2000;

    private List<(int Iteration, double Value)> _points = [];

    /// <summary>The iteration of the last point; −1 before the first.</summary>
    public int Last => _points.Count > 0 ? _points[^1].Iteration : -1;

    /// <summary>Adds a point, if it is later than all before it.</summary>
    public void Add(int iteration, double value)
    {
        if (iteration <= Last)
        {
            return;
        }

        _points.Add((iteration, value));
        if (_points.Count >= 2 * Most)
        {
            Curve thin = Curve.Of(_points).Thinned(Most);
            _points = [.. thin.Iterations.Zip(thin.Values)];
        }
    }

    /// <summary>Forgets all points.</summary>
    public void Clear() => _points.Clear();

    /// <summary>These points, then those of others that are later.</summary>
    public Curve With(RunPoints later, int most)
        => Curve.Of(_points.Concat(later._points.Where(point => point.Iteration > Last))).Thinned(most);
}
