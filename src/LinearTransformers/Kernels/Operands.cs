using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>A factor of a <see cref="LaneProduct"/>, or what its result starts from: an entry for every row and column.</summary>
internal interface IOperand<TLane>
{
    TLane At(int row, int column);
}

/// <summary>A matrix of bundles; transposed by swapping the strides.</summary>
internal readonly unsafe struct Lanes<TLane>(TLane* entries, int rowStride, int columnStride) : IOperand<TLane>
    where TLane : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => entries[((nint)row * rowStride) + ((nint)column * columnStride)];
}

/// <summary>A matrix of parameters, the same for every prompt.</summary>
internal readonly unsafe struct Parameters<TLane, TScalar>(TScalar* entries, int rowStride, int columnStride) : IOperand<TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => TLane.Broadcast(entries[((nint)row * rowStride) + ((nint)column * columnStride)]);
}

internal readonly struct ZeroMatrix<TLane, TScalar> : IOperand<TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => TLane.Zero;
}

internal readonly struct IdentityMatrix<TLane, TScalar> : IOperand<TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => row == column ? TLane.One : TLane.Zero;
}

/// <summary>a bᵀ + c dᵀ.</summary>
internal readonly unsafe struct TwoOuterProducts<TLane, TScalar>(TLane* a, TLane* b, TLane* c, TLane* d) : IOperand<TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => TLane.FusedMultiplyAdd(a[row], b[column], c[row] * d[column]);
}

/// <summary>The matrix at <paramref name="matrix"/> plus a bᵀ.</summary>
internal readonly unsafe struct MatrixPlusOuterProduct<TLane, TScalar>(TLane* matrix, int rowStride, TLane* a, TLane* b) : IOperand<TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => TLane.FusedMultiplyAdd(a[row], b[column], matrix[row * rowStride + column]);
}

/// <summary>E + Eᵀ.</summary>
internal readonly unsafe struct MatrixPlusTranspose<TLane, TScalar>(TLane* matrix, int rowStride) : IOperand<TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => matrix[row * rowStride + column] + matrix[column * rowStride + row];
}
