namespace LinearTransformers.Experiments.Sweeps;

/// <summary>Hears how a sweep comes along. Called from several threads at once.</summary>
public interface ISweepProgress
{
    /// <summary>So many points are to be run, which cost so much together, in units of their own.</summary>
    void Expect(int points, double cost);

    /// <summary>So much of the cost is done; whether in an earlier sitting, which says nothing about the pace.</summary>
    void Advance(double cost, bool isFromBefore);

    /// <summary>A point is dealt with.</summary>
    void Ended(PointOutcome outcome);
}
