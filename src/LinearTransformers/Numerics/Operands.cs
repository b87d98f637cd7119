using System.Runtime.CompilerServices;

namespace LinearTransformers.Numerics;

/// <summary>A factor of a <see cref="LaneProduct"/>, or what its result starts from: an entry for every row and column.</summary>
internal interface IOperand<TSelf, TLane>
    where TSelf : struct, IOperand<TSelf, TLane>
{
    TLane At(int row, int column);

    /// <summary>
    /// The same without its first rows and columns. Loops move an operand on and name its entries by constants: the JIT then addresses them
    /// by constants too, where it would compute every address from a row and a column that vary.
    /// </summary>
    TSelf Beyond(int rows, int columns);
}

/// <summary>A matrix of bundles, row by row; the length of a row may be known to the compiler.</summary>
internal readonly unsafe struct Rows<TLane, TSize>(TLane* entries, int stride) : IOperand<Rows<TLane, TSize>, TLane>
    where TLane : unmanaged
    where TSize : struct, IDimension
{
    private nint Stride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TSize) == typeof(AnyDimension) ? stride : TSize.Known;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => entries[(row * Stride) + column];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Rows<TLane, TSize> Beyond(int rows, int columns) => new(entries + (rows * Stride) + columns, stride);
}

/// <summary>The transpose of a matrix of bundles that lies row by row.</summary>
internal readonly unsafe struct Columns<TLane, TSize>(TLane* entries, int stride) : IOperand<Columns<TLane, TSize>, TLane>
    where TLane : unmanaged
    where TSize : struct, IDimension
{
    private nint Stride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TSize) == typeof(AnyDimension) ? stride : TSize.Known;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => entries[(column * Stride) + row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Columns<TLane, TSize> Beyond(int rows, int columns) => new(entries + (columns * Stride) + rows, stride);
}

/// <summary>A matrix of parameters, row by row, the same for every prompt.</summary>
internal readonly unsafe struct ParameterRows<TLane, TScalar, TSize>(TScalar* entries, int stride)
    : IOperand<ParameterRows<TLane, TScalar, TSize>, TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TSize : struct, IDimension
{
    private nint Stride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TSize) == typeof(AnyDimension) ? stride : TSize.Known;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => TLane.Broadcast(entries[(row * Stride) + column]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ParameterRows<TLane, TScalar, TSize> Beyond(int rows, int columns) => new(entries + (rows * Stride) + columns, stride);
}

/// <summary>The transpose of a matrix of parameters that lies row by row.</summary>
internal readonly unsafe struct ParameterColumns<TLane, TScalar, TSize>(TScalar* entries, int stride)
    : IOperand<ParameterColumns<TLane, TScalar, TSize>, TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
    where TSize : struct, IDimension
{
    private nint Stride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TSize) == typeof(AnyDimension) ? stride : TSize.Known;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => TLane.Broadcast(entries[(column * Stride) + row]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ParameterColumns<TLane, TScalar, TSize> Beyond(int rows, int columns) => new(entries + (columns * Stride) + rows, stride);
}

internal readonly struct ZeroMatrix<TLane, TScalar> : IOperand<ZeroMatrix<TLane, TScalar>, TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => TLane.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ZeroMatrix<TLane, TScalar> Beyond(int rows, int columns) => default;
}

/// <summary>The identity, or a part of it whose first entry lies so far beyond the diagonal.</summary>
internal readonly struct IdentityMatrix<TLane, TScalar>(int beyond) : IOperand<IdentityMatrix<TLane, TScalar>, TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => row == column + beyond ? TLane.One : TLane.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public IdentityMatrix<TLane, TScalar> Beyond(int rows, int columns) => new(beyond + columns - rows);
}

/// <summary>a bᵀ.</summary>
internal readonly unsafe struct OuterProduct<TLane, TScalar>(TLane* a, TLane* b) : IOperand<OuterProduct<TLane, TScalar>, TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => a[row] * b[column];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public OuterProduct<TLane, TScalar> Beyond(int rows, int columns) => new(a + rows, b + columns);
}

/// <summary>a bᵀ + c dᵀ.</summary>
internal readonly unsafe struct TwoOuterProducts<TLane, TScalar>(TLane* a, TLane* b, TLane* c, TLane* d)
    : IOperand<TwoOuterProducts<TLane, TScalar>, TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => TLane.FusedMultiplyAdd(a[row], b[column], c[row] * d[column]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TwoOuterProducts<TLane, TScalar> Beyond(int rows, int columns) => new(a + rows, b + columns, c + rows, d + columns);
}

/// <summary>The matrix at <paramref name="matrix"/> plus a bᵀ.</summary>
internal readonly unsafe struct MatrixPlusOuterProduct<TLane, TScalar>(TLane* matrix, int rowStride, TLane* a, TLane* b)
    : IOperand<MatrixPlusOuterProduct<TLane, TScalar>, TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => TLane.FusedMultiplyAdd(a[row], b[column], matrix[row * rowStride + column]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixPlusOuterProduct<TLane, TScalar> Beyond(int rows, int columns)
        => new(matrix + ((nint)rows * rowStride) + columns, rowStride, a + rows, b + columns);
}

/// <summary>
/// E + Eᵀ, or a part of it: the matrix at <paramref name="matrix"/> and the transpose of the one at <paramref name="mirrored"/>.
/// </summary>
internal readonly unsafe struct MatrixPlusTranspose<TLane, TScalar>(TLane* matrix, TLane* mirrored, int rowStride)
    : IOperand<MatrixPlusTranspose<TLane, TScalar>, TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixPlusTranspose(TLane* matrix, int rowStride)
        : this(matrix, matrix, rowStride)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane At(int row, int column) => matrix[row * rowStride + column] + mirrored[column * rowStride + row];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public MatrixPlusTranspose<TLane, TScalar> Beyond(int rows, int columns)
        => new(matrix + ((nint)rows * rowStride) + columns, mirrored + ((nint)columns * rowStride) + rows, rowStride);
}
