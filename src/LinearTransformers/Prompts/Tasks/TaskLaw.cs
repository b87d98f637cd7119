using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Laws;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Tasks;

/// <summary>The law of standard task vectors ω; a covariance Σ = U D² Uᵀ of covariates makes w = U D⁻¹ ω of them.</summary>
public abstract record TaskLaw : VectorLaw
{
    /// <summary>The task laws by name.</summary>
    public static Catalog<TaskLaw> Catalog { get; } = new Catalog<TaskLaw>("task law") { Absent = text => new AbsentTasks { Text = text } }
        .Add<NormalTasks>()
        .Add<SparseTasks>()
        .Add<SphereTasks>()
        .Add<PoolTasks>();

    /// <summary>Whether task vectors are standard normal.</summary>
    public virtual bool IsStandardNormal => false;

    /// <summary>
    /// E ω ωᵀ, d × d, row by row; null where it is not known. The loss of any linear predictor depends on no more of the law.
    /// </summary>
    /// <param name="dimension">d.</param>
    public virtual double[]? SecondMoment(int dimension) => null;

    /// <summary>
    /// Makes the vectors of eight prompts side by side of their entries, where the law has a way of its own to do that: as
    /// <see cref="VectorLaw.Shape"/> does each.
    /// </summary>
    /// <param name="vectors">The entries, d times eight.</param>
    /// <param name="factors">The factors, as many times eight.</param>
    /// <param name="dimension">d.</param>
    /// <returns>Whether it has.</returns>
    internal virtual unsafe bool TryShapeLanes(SingleHalfLanes* vectors, SingleHalfLanes* factors, int dimension) => false;

    /// <summary>A multiple of the identity.</summary>
    private protected static double[] Isotropic(int dimension, double variance)
    {
        double[] moment = new double[dimension * dimension];
        for (int i = 0; i < dimension; i++)
        {
            moment[i * (dimension + 1)] = variance;
        }

        return moment;
    }
}
