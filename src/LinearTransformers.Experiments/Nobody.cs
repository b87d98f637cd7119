namespace LinearTransformers.Experiments;

/// <summary>Hears of progress and says nothing.</summary>
internal sealed class Nobody : IProgressReporter, IRunProgress
{
    public IRunProgress Start(string name, int iterations, double cost = 1) => this;

    public void Report(int iterations, double loss = double.NaN)
    {
    }
}
