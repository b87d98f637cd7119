using System.Runtime.CompilerServices;

namespace LinearTransformers.Numerics;

/// <summary>
/// Products of matrices of bundles too large for the first-level cache, with the bits of <see cref="LaneProduct"/>: each entry is the same
/// chain. Five or six columns of B, which every row of A meets, are laid side by side first. In their own matrix a column's entries lie
/// 16 d numbers apart, and for d = 64 or 128 all of them belong to a few places of that cache.
/// </summary>
internal static unsafe class LanePanels
{
    /// <summary>From so many rows, columns and terms on a panel serves often enough to be worth laying out.</summary>
    private const int LeastSize = 32;

    /// <summary>Most terms of a sum that a panel has.</summary>
    private const int MaxDepth = 64;

    /// <summary>Whether to multiply these so: large factors, of vectors of plain numbers, and a B of bundles, not of parameters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFor<TLane, TB>(int rows, int inner, int columns)
        where TLane : unmanaged
        => (typeof(TLane) == typeof(SingleLanes) || typeof(TLane) == typeof(SingleHalfLanes)
                || typeof(TLane) == typeof(DoubleLanes) || typeof(TLane) == typeof(DoubleHalfLanes))
            && (typeof(TB) == typeof(Rows<TLane, AnyDimension>) || typeof(TB) == typeof(Columns<TLane, AnyDimension>))
            && rows >= LeastSize && inner >= LeastSize && columns >= LeastSize;

    /// <summary>C[rows × columns] = start + A[rows × inner]·B[inner × columns], C row-major.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TLane, TScalar, TStart, TA, TB>(
        TLane* c, int stride, TStart start, TA a, TB b, int rows, int inner, int columns)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        TLane* panel = stackalloc TLane[(MaxDepth * LaneProduct.LargerTile) + 1];
        panel = StackMemory.Aligned<TLane>(panel);
        for (int j = 0; j < columns;)
        {
            j += ColumnsOfTile<TLane, TScalar, TStart, TA, TB>(
                c + j, stride, start.Beyond(0, j), a, b.Beyond(0, j), rows, inner, columns - j, panel);
        }
    }

    /// <summary>The same for a product known to be symmetric: the lower triangle is computed and mirrored.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void MultiplySymmetric<TLane, TScalar, TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int size)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        TLane* panel = stackalloc TLane[(MaxDepth * LaneProduct.LargerTile) + 1];
        panel = StackMemory.Aligned<TLane>(panel);
        for (int j = 0; j < size;)
        {
            // The few entries above the diagonal in a tile's first rows are overwritten below.
            j += ColumnsOfTile<TLane, TScalar, TStart, TA, TB>(
                c + ((nint)j * size) + j, size, start.Beyond(j, j), a.Beyond(j, 0), b.Beyond(0, j), size - j, inner: size, size - j, panel);
        }

        for (int i = 1; i < size; i++)
        {
            TLane* row = c + ((nint)i * size);
            TLane* column = c + i;
            for (int j = 0; j < i; j++, column += size)
            {
                *column = row[j];
            }
        }
    }

    /// <summary>As many columns as the next tile has; gives back their number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ColumnsOfTile<TLane, TScalar, TStart, TA, TB>(
        TLane* c, int stride, TStart start, TA a, TB b, int rows, int inner, int columns, TLane* panel)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        // Sixes until fives are left: of 20 columns and more nothing else is ever left.
        if (columns % LaneProduct.Tile != 0)
        {
            Tile<TLane, TScalar, TStart, TA, TB, Dimension6>(c, stride, start, a, b, rows, inner, panel);
            return LaneProduct.LargerTile;
        }

        Tile<TLane, TScalar, TStart, TA, TB, Dimension5>(c, stride, start, a, b, rows, inner, panel);
        return LaneProduct.Tile;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TLane, TScalar, TStart, TA, TB, TWidth>(
        TLane* c, int stride, TStart start, TA a, TB b, int rows, int inner, TLane* panel)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        where TWidth : struct, IDimension
    {
        int panels = (inner + MaxDepth - 1) / MaxDepth;
        int most = (inner + panels - 1) / panels;
        for (int first = 0; first < inner; first += most)
        {
            int depth = Math.Min(most, inner - first);
            LayOut<TLane, TB, TWidth>(panel, b.Beyond(first, 0), depth);
            if (first == 0)
            {
                Add<TLane, TScalar, TStart, TA, TWidth>(c, stride, start, a, panel, rows, depth);
            }
            else
            {
                Add<TLane, TScalar, Rows<TLane, AnyDimension>, TA, TWidth>(
                    c, stride, new(c, stride), a.Beyond(0, first), panel, rows, depth);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Add<TLane, TScalar, TStart, TA, TWidth>(
        TLane* c, int stride, TStart start, TA a, TLane* panel, int rows, int depth)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TWidth : struct, IDimension
        => LaneProduct.Columns<TLane, TScalar, TStart, TA, Rows<TLane, TWidth>, AnyDimension, AnyDimension, TWidth>(
            c, start, a, new(panel, TWidth.Known), rows, depth, stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LayOut<TLane, TB, TWidth>(TLane* panel, TB b, int depth)
        where TLane : unmanaged
        where TB : struct, IOperand<TB, TLane>
        where TWidth : struct, IDimension
    {
        for (int k = 0; k < depth; k++, panel += TWidth.Known)
        {
            panel[0] = b.At(0, 0);
            panel[1] = b.At(0, 1);
            panel[2] = b.At(0, 2);
            panel[3] = b.At(0, 3);
            panel[4] = b.At(0, 4);
            if (typeof(TWidth) == typeof(Dimension6))
            {
                panel[5] = b.At(0, 5);
            }

            b = b.Beyond(1, 0);
        }
    }
}
