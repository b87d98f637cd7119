using LinearTransformers.Numerics;

namespace LinearTransformers.Activations;

/// <summary>What is made of a row of scores, and the adjoint of that.</summary>
internal unsafe interface IScoreActivation<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    /// <summary>Whether the query's score takes part, the last of N + 1; otherwise a row has N.</summary>
    static abstract bool SeesQuery { get; }

    /// <summary>
    /// Whether weights are divided by N besides, as those of linear attention are: a layer's sums over the context are κ Σ_m a_nm z_m,
    /// with κ = 1/N if so and 1 if not.
    /// </summary>
    static abstract bool DividesByContext { get; }

    /// <summary>Turns a row of scores into weights.</summary>
    static abstract void Activate(TLane* scores, int count);

    /// <summary>Turns adjoints of the weights of the context, the first of each row, into those of all its scores.</summary>
    static abstract void Adjoint(TLane* weights, TLane* adjoints, int rows, int count, int context);
}
