namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// A mean over prompts that come in blocks, and its error from the spread of block means m_b of n_b prompts about their mean m of n:
/// Σ n_b (m_b − m)² / (n (K − 1)) over K blocks is the expected square of m's error.
/// </summary>
internal struct BlockMean
{
    private double _sum;
    private double _running;
    private double _squares;
    private int _blocks;

    /// <summary>The mean so far.</summary>
    public readonly double Mean => _sum / Prompts;

    /// <summary>Prompts so far.</summary>
    public long Prompts { get; private set; }

    /// <summary>The standard error of the mean; NaN for fewer than two blocks.</summary>
    public readonly double Error => _blocks < 2 ? double.NaN : Math.Sqrt(_squares / Prompts / (_blocks - 1));

    /// <summary>Adds a block.</summary>
    /// <param name="mean">Its mean.</param>
    /// <param name="prompts">How many prompts it has.</param>
    public void Add(double mean, int prompts)
    {
        _blocks++;
        Prompts += prompts;
        _sum += prompts * mean;
        double difference = mean - _running;
        _running += difference * prompts / Prompts;
        _squares += prompts * difference * (mean - _running);
    }
}
