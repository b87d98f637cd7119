using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>
/// Products of small matrices whose entries are bundles: C = S + A·B for any start S. Each entry is the chain
/// s, s + a₀b₀, … with one rounding a step and k ascending, whatever the tiling, so tiles may change but bits may not.
/// Five or six entries of a row go at once: enough independent chains to hide the latency of a fused multiply-add.
/// </summary>
internal static unsafe class LaneProduct
{
    private const int Tile = 5;
    private const int LargerTile = 6;

    /// <summary>C[rows × columns] = start + A[rows × inner]·B[inner × columns], C row-major with stride columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<TLane, TScalar, TStart, TA, TB>(
        TLane* c, TStart start, TA a, TB b, int rows, int inner, int columns)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TLane>
        where TA : struct, IOperand<TLane>
        where TB : struct, IOperand<TLane>
    {
        // Not for dual numbers: a method with all of that in it passes the JIT's limits, and is twice to twenty times slower than the loop.
        if (inner == Tile && columns == Tile && (typeof(TScalar) == typeof(float) || typeof(TScalar) == typeof(double)))
        {
            MultiplyFive<TLane, TScalar, TStart, TA, TB>(c, start, a, b, rows);
            return;
        }

        for (int i = 0; i < rows; i++)
        {
            TLane* row = c + i * columns;
            int j = 0;
            for (; (columns - j) % Tile != 0 && j + LargerTile <= columns; j += LargerTile)
            {
                TLane c0 = start.At(i, j);
                TLane c1 = start.At(i, j + 1);
                TLane c2 = start.At(i, j + 2);
                TLane c3 = start.At(i, j + 3);
                TLane c4 = start.At(i, j + 4);
                TLane c5 = start.At(i, j + 5);
                for (int k = 0; k < inner; k++)
                {
                    TLane aik = a.At(i, k);
                    c0 = TLane.FusedMultiplyAdd(aik, b.At(k, j), c0);
                    c1 = TLane.FusedMultiplyAdd(aik, b.At(k, j + 1), c1);
                    c2 = TLane.FusedMultiplyAdd(aik, b.At(k, j + 2), c2);
                    c3 = TLane.FusedMultiplyAdd(aik, b.At(k, j + 3), c3);
                    c4 = TLane.FusedMultiplyAdd(aik, b.At(k, j + 4), c4);
                    c5 = TLane.FusedMultiplyAdd(aik, b.At(k, j + 5), c5);
                }

                row[j] = c0;
                row[j + 1] = c1;
                row[j + 2] = c2;
                row[j + 3] = c3;
                row[j + 4] = c4;
                row[j + 5] = c5;
            }

            for (; j + Tile <= columns; j += Tile)
            {
                TLane c0 = start.At(i, j);
                TLane c1 = start.At(i, j + 1);
                TLane c2 = start.At(i, j + 2);
                TLane c3 = start.At(i, j + 3);
                TLane c4 = start.At(i, j + 4);
                for (int k = 0; k < inner; k++)
                {
                    TLane aik = a.At(i, k);
                    c0 = TLane.FusedMultiplyAdd(aik, b.At(k, j), c0);
                    c1 = TLane.FusedMultiplyAdd(aik, b.At(k, j + 1), c1);
                    c2 = TLane.FusedMultiplyAdd(aik, b.At(k, j + 2), c2);
                    c3 = TLane.FusedMultiplyAdd(aik, b.At(k, j + 3), c3);
                    c4 = TLane.FusedMultiplyAdd(aik, b.At(k, j + 4), c4);
                }

                row[j] = c0;
                row[j + 1] = c1;
                row[j + 2] = c2;
                row[j + 3] = c3;
                row[j + 4] = c4;
            }

            for (; j < columns; j++)
            {
                TLane cij = start.At(i, j);
                for (int k = 0; k < inner; k++)
                {
                    cij = TLane.FusedMultiplyAdd(a.At(i, k), b.At(k, j), cij);
                }

                row[j] = cij;
            }
        }
    }

    /// <summary>The same with five columns and five terms: all offsets within a row are constants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyFive<TLane, TScalar, TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int rows)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TLane>
        where TA : struct, IOperand<TLane>
        where TB : struct, IOperand<TLane>
    {
        for (int i = 0; i < rows; i++, c += Tile)
        {
            TLane c0 = start.At(i, 0);
            TLane c1 = start.At(i, 1);
            TLane c2 = start.At(i, 2);
            TLane c3 = start.At(i, 3);
            TLane c4 = start.At(i, 4);
            Add(a.At(i, 0), b, 0, ref c0, ref c1, ref c2, ref c3, ref c4);
            Add(a.At(i, 1), b, 1, ref c0, ref c1, ref c2, ref c3, ref c4);
            Add(a.At(i, 2), b, 2, ref c0, ref c1, ref c2, ref c3, ref c4);
            Add(a.At(i, 3), b, 3, ref c0, ref c1, ref c2, ref c3, ref c4);
            Add(a.At(i, 4), b, 4, ref c0, ref c1, ref c2, ref c3, ref c4);
            c[0] = c0;
            c[1] = c1;
            c[2] = c2;
            c[3] = c3;
            c[4] = c4;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Add(TLane aik, TB b, int k, ref TLane c0, ref TLane c1, ref TLane c2, ref TLane c3, ref TLane c4)
        {
            c0 = TLane.FusedMultiplyAdd(aik, b.At(k, 0), c0);
            c1 = TLane.FusedMultiplyAdd(aik, b.At(k, 1), c1);
            c2 = TLane.FusedMultiplyAdd(aik, b.At(k, 2), c2);
            c3 = TLane.FusedMultiplyAdd(aik, b.At(k, 3), c3);
            c4 = TLane.FusedMultiplyAdd(aik, b.At(k, 4), c4);
        }
    }

    /// <summary>
    /// The same for a product known to be symmetric: the lower triangle is computed, with a row of A held, and
    /// mirrored.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplySymmetric<TLane, TScalar, TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int size)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TLane>
        where TA : struct, IOperand<TLane>
        where TB : struct, IOperand<TLane>
    {
        if (size == Tile)
        {
            SymmetricRow<TLane, TScalar, TStart, TA, TB>(c, start, a, b, 0);
            SymmetricRow<TLane, TScalar, TStart, TA, TB>(c, start, a, b, 1);
            SymmetricRow<TLane, TScalar, TStart, TA, TB>(c, start, a, b, 2);
            SymmetricRow<TLane, TScalar, TStart, TA, TB>(c, start, a, b, 3);
            SymmetricRow<TLane, TScalar, TStart, TA, TB>(c, start, a, b, 4);
            return;
        }

        for (int i = 0; i < size; i++)
        {
            int k = 0;
            for (; k + Tile <= size; k += Tile)
            {
                TLane a0 = a.At(i, k);
                TLane a1 = a.At(i, k + 1);
                TLane a2 = a.At(i, k + 2);
                TLane a3 = a.At(i, k + 3);
                TLane a4 = a.At(i, k + 4);
                for (int j = 0; j <= i; j++)
                {
                    TLane cij = k == 0 ? start.At(i, j) : c[i * size + j];
                    cij = TLane.FusedMultiplyAdd(a0, b.At(k, j), cij);
                    cij = TLane.FusedMultiplyAdd(a1, b.At(k + 1, j), cij);
                    cij = TLane.FusedMultiplyAdd(a2, b.At(k + 2, j), cij);
                    cij = TLane.FusedMultiplyAdd(a3, b.At(k + 3, j), cij);
                    cij = TLane.FusedMultiplyAdd(a4, b.At(k + 4, j), cij);
                    c[i * size + j] = cij;
                    c[j * size + i] = cij;
                }
            }

            for (; k < size; k++)
            {
                TLane aik = a.At(i, k);
                for (int j = 0; j <= i; j++)
                {
                    TLane cij = TLane.FusedMultiplyAdd(aik, b.At(k, j), k == 0 ? start.At(i, j) : c[i * size + j]);
                    c[i * size + j] = cij;
                    c[j * size + i] = cij;
                }
            }
        }
    }

    /// <summary>A row of five of a symmetric product, up to its diagonal, mirrored into the column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SymmetricRow<TLane, TScalar, TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int i)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TLane>
        where TA : struct, IOperand<TLane>
        where TB : struct, IOperand<TLane>
    {
        TLane a0 = a.At(i, 0);
        TLane a1 = a.At(i, 1);
        TLane a2 = a.At(i, 2);
        TLane a3 = a.At(i, 3);
        TLane a4 = a.At(i, 4);
        for (int j = 0; j <= i; j++)
        {
            TLane cij = TLane.FusedMultiplyAdd(a0, b.At(0, j), start.At(i, j));
            cij = TLane.FusedMultiplyAdd(a1, b.At(1, j), cij);
            cij = TLane.FusedMultiplyAdd(a2, b.At(2, j), cij);
            cij = TLane.FusedMultiplyAdd(a3, b.At(3, j), cij);
            cij = TLane.FusedMultiplyAdd(a4, b.At(4, j), cij);
            c[(i * Tile) + j] = cij;
            c[(j * Tile) + i] = cij;
        }
    }
}
