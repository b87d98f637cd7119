using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Baselines;

/// <summary>
/// Sums of squared residuals r² in columns, with those of r⁴ behind all of them: what <see cref="QueryErrors"/> are made of. Behind these
/// stands the latest residual of each column, for who wants to know it prompt by prompt.
/// </summary>
internal static unsafe class SquaredErrors
{
    /// <summary>Sums for so many columns.</summary>
    public static int Count(int columns) => 3 * columns;

    /// <summary>Where the latest residual of a column stands.</summary>
    public static int Latest(int column, int columns) => (2 * columns) + column;

    /// <summary>Adds a residual y_q − ŷ to a column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TLane, TNumber>(TLane residual, TLane* sums, int column, int columns)
        where TLane : unmanaged, ILane<TLane, TNumber>
        where TNumber : unmanaged
    {
        TLane square = residual * residual;
        sums[column] = TLane.FusedMultiplyAdd(residual, residual, sums[column]);
        sums[columns + column] = TLane.FusedMultiplyAdd(square, square, sums[columns + column]);
        sums[Latest(column, columns)] = residual;
    }
}
