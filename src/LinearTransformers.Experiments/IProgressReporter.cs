namespace LinearTransformers.Experiments;

/// <summary>Hears how runs come along. Called from several threads at once.</summary>
public interface IProgressReporter
{
    /// <summary>A run of so many iterations is going to be made; what one of them costs, compared with other runs.</summary>
    IRunProgress Start(string name, int iterations, double cost = 1);
}

/// <summary>Hears how one run comes along.</summary>
public interface IRunProgress
{
    /// <summary>So many iterations are done; the loss of the last one, NaN where there is none to show.</summary>
    void Report(int iterations, double loss = double.NaN);
}
