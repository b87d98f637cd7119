using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>Makes what takes statistics through a linear transformer.</summary>
/// <param name="shape">Its sizes.</param>
/// <param name="knownDimension">Whether d = 5 is known to the compiler.</param>
/// <param name="isDiagonal">Whether parameters are the weights of diagonal matrices, as <see cref="DiagonalLoss{T}"/> has them.</param>
internal sealed class GramPasses(LinearTransformerShape shape, bool knownDimension, bool isDiagonal = false) : IGramPassFactory
{
    public int ParameterCount => shape.ParameterCount;

    public GramLayout Statistics => new(shape.Dimension);

    public GramPass<TLane, TScalar> Create<TLane, TScalar>(int shares)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        => knownDimension
            ? new GramWorkspace<TLane, TScalar, Dimension5>(shape, isDiagonal, shares)
            : new GramWorkspace<TLane, TScalar, AnyDimension>(shape, isDiagonal, shares);
}
