namespace LinearTransformers.Experiments.Sweeps;

/// <summary>Hears of progress and says nothing.</summary>
internal sealed class Nobody : IRunProgress
{
    public void Report(int iterations, double loss = double.NaN)
    {
    }
}
