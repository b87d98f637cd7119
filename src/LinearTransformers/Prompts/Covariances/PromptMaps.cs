namespace LinearTransformers.Prompts.Covariances;

/// <summary>What makes prompts of standard ones: x = C ξ, w = T ω.</summary>
internal sealed class PromptMaps
{
    private readonly float[] _covariates;
    private readonly float[] _tasks;

    private PromptMaps(float[] covariates, float[] tasks, int dimension)
    {
        (_covariates, _tasks) = (covariates, tasks);
        AreDiagonal = IsDiagonal(covariates, dimension) && IsDiagonal(tasks, dimension);
    }

    /// <summary>C, row by row; empty for the identity.</summary>
    public ReadOnlySpan<float> Covariates => _covariates;

    /// <summary>T, row by row; empty for the identity.</summary>
    public ReadOnlySpan<float> Tasks => _tasks;

    /// <summary>Whether both are diagonal.</summary>
    public bool AreDiagonal { get; }

    /// <summary>The maps of these covariances; null where both are the identity.</summary>
    /// <param name="covariance">Σ of covariates, C = U D; null for the identity.</param>
    /// <param name="isInverse">Whether that of tasks is its inverse, T = U D⁻¹.</param>
    /// <param name="tasks">That of tasks, T = U D of its own, if it is not; null for the identity.</param>
    /// <param name="dimension">d.</param>
    public static PromptMaps? Of(Covariance? covariance, bool isInverse, Covariance? tasks, int dimension)
        => covariance is null && tasks is null
            ? null
            : new(
                covariance is null ? [] : covariance.Forward.ToArray(),
                isInverse ? covariance is null ? [] : covariance.Inverse.ToArray() : tasks is null ? [] : tasks.Forward.ToArray(),
                dimension);

    private static bool IsDiagonal(float[] matrix, int d)
    {
        for (int i = 0; i < matrix.Length; i++)
        {
            if (i / d != i % d && matrix[i] != 0)
            {
                return false;
            }
        }

        return true;
    }
}
