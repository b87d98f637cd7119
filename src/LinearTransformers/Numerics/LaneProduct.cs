using System.Runtime.CompilerServices;

namespace LinearTransformers.Numerics;

/// <summary>
/// Products of small matrices whose entries are bundles: C = S + A·B for any start S. Each entry is the chain
/// s, s + a₀b₀, … with one rounding a step and k ascending, whatever the tiling, so tiles may change but bits may not.
/// Tiles of two rows and five or six columns: enough independent chains to hide the latency of a fused multiply-add, and fewer loads than
/// those.
/// </summary>
internal static unsafe class LaneProduct
{
    /// <summary>Columns of a tile.</summary>
    public const int Tile = 5;

    /// <summary>Columns of a larger one.</summary>
    public const int LargerTile = 6;

    /// <summary>
    /// C[rows × columns] = start + A[rows × inner]·B[inner × columns], C row-major. Types that are known to be one or another are compared
    /// as types: the JIT then leaves out what is not for them before it counts what it may inline.
    /// </summary>
    /// <typeparam name="TLane">The lanes.</typeparam>
    /// <typeparam name="TScalar">A lane's number.</typeparam>
    /// <typeparam name="TStart">What the sums start from.</typeparam>
    /// <typeparam name="TA">A.</typeparam>
    /// <typeparam name="TB">B.</typeparam>
    /// <typeparam name="TRows"><see cref="Dimension1"/> for a vector, <see cref="Dimension2"/> for a pair of them, any other for a
    /// matrix.</typeparam>
    /// <typeparam name="TInner">Two or five terms in a sum, which go without a loop, or any number.</typeparam>
    /// <typeparam name="TColumns">Five or six columns, or any number.</typeparam>
    /// <param name="c">C.</param>
    /// <param name="stride">From row to row of C.</param>
    /// <param name="start">What the sums start from.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="inner">Terms of a sum.</param>
    /// <param name="columns">Columns of B and C.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply<TLane, TScalar, TStart, TA, TB, TRows, TInner, TColumns>(
        TLane* c, int stride, TStart start, TA a, TB b, int rows, int inner, int columns)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        where TRows : struct, IDimension
        where TInner : struct, IDimension
        where TColumns : struct, IDimension
    {
        if (typeof(TColumns) == typeof(Dimension5) || typeof(TColumns) == typeof(Dimension6))
        {
            Columns<TLane, TScalar, TStart, TA, TB, TRows, TInner, TColumns>(c, start, a, b, rows, inner, stride);
        }
        else if (typeof(TRows) == typeof(AnyDimension) && typeof(TInner) == typeof(AnyDimension)
            && LanePanels.AreFor<TLane, TB>(rows, inner, columns))
        {
            LanePanels.Multiply<TLane, TScalar, TStart, TA, TB>(c, stride, start, a, b, rows, inner, columns);
        }
        else
        {
            // Tiles of one size if columns are a multiple of it, otherwise sixes until they are; then what is left.
            int j = 0;
            for (; (columns - j) % Tile != 0 && j + LargerTile <= columns; j += LargerTile)
            {
                Columns<TLane, TScalar, TStart, TA, TB, TRows, TInner, Dimension6>(
                    c + j, start.Beyond(0, j), a, b.Beyond(0, j), rows, inner, stride);
            }

            for (; j + Tile <= columns; j += Tile)
            {
                Columns<TLane, TScalar, TStart, TA, TB, TRows, TInner, Dimension5>(
                    c + j, start.Beyond(0, j), a, b.Beyond(0, j), rows, inner, stride);
            }

            for (; j < columns; j++)
            {
                Column<TLane, TScalar, TStart, TA, TB>(c + j, start.Beyond(0, j), a, b.Beyond(0, j), rows, inner, stride);
            }
        }
    }

    /// <summary>Five or six columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Columns<TLane, TScalar, TStart, TA, TB, TRows, TInner, TWidth>(
        TLane* c, TStart start, TA a, TB b, int rows, int inner, int stride)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        where TRows : struct, IDimension
        where TInner : struct, IDimension
        where TWidth : struct, IDimension
    {
        // A dual number takes two registers, so two rows of sums would not fit.
        int i = 0;
        if (typeof(TRows) == typeof(Dimension2) && (typeof(TScalar) == typeof(float) || typeof(TScalar) == typeof(double)))
        {
            TwoRows<TLane, TScalar, TStart, TA, TB, TInner, TWidth>(c, start, a, b, inner, stride);
            return;
        }

        if (typeof(TRows) != typeof(Dimension1) && (typeof(TScalar) == typeof(float) || typeof(TScalar) == typeof(double)))
        {
            for (; i + 2 <= rows; i += 2)
            {
                TwoRows<TLane, TScalar, TStart, TA, TB, TInner, TWidth>(c, start, a, b, inner, stride);
                c += 2 * stride;
                start = start.Beyond(2, 0);
                a = a.Beyond(2, 0);
            }
        }

        for (; i < rows; i++)
        {
            if (typeof(TWidth) == typeof(Dimension6)
                && (typeof(TScalar) == typeof(Taylor<float>) || typeof(TScalar) == typeof(Taylor<double>)))
            {
                // Three registers a sum: in halves.
                ThreeOfARow<TLane, TScalar, TStart, TA, TB>(c, start, a, b, inner);
                ThreeOfARow<TLane, TScalar, TStart, TA, TB>(c + 3, start.Beyond(0, 3), a, b.Beyond(0, 3), inner);
            }
            else
            {
                OneRow<TLane, TScalar, TStart, TA, TB, TInner, TWidth>(c, start, a, b, inner);
            }

            c += stride;
            start = start.Beyond(1, 0);
            a = a.Beyond(1, 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column<TLane, TScalar, TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int rows, int inner, int stride)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        for (int i = 0; i < rows; i++)
        {
            TA row = a;
            TB column = b;
            TLane sum = start.At(0, 0);
            for (int k = 0; k < inner; k++)
            {
                TLane.Accumulate(row.At(0, 0), column.At(0, 0), ref sum);
                row = row.Beyond(0, 1);
                column = column.Beyond(1, 0);
            }

            *c = sum;
            c += stride;
            start = start.Beyond(1, 0);
            a = a.Beyond(1, 0);
        }
    }

    /// <summary>Ten or twelve sums stay in registers, and each entry of B that is loaded serves two of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TwoRows<TLane, TScalar, TStart, TA, TB, TInner, TWidth>(TLane* c, TStart start, TA a, TB b, int inner, int stride)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        where TInner : struct, IDimension
        where TWidth : struct, IDimension
    {
        TLane s0 = start.At(0, 0);
        TLane s1 = start.At(0, 1);
        TLane s2 = start.At(0, 2);
        TLane s3 = start.At(0, 3);
        TLane s4 = start.At(0, 4);
        TLane s5 = typeof(TWidth) == typeof(Dimension6) ? start.At(0, 5) : default;
        TLane t0 = start.At(1, 0);
        TLane t1 = start.At(1, 1);
        TLane t2 = start.At(1, 2);
        TLane t3 = start.At(1, 3);
        TLane t4 = start.At(1, 4);
        TLane t5 = typeof(TWidth) == typeof(Dimension6) ? start.At(1, 5) : default;
        if (typeof(TInner) == typeof(Dimension5) && (typeof(TScalar) == typeof(float) || typeof(TScalar) == typeof(double)))
        {
            Add(a, b, 0, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
            Add(a, b, 1, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
            Add(a, b, 2, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
            Add(a, b, 3, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
            Add(a, b, 4, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
        }
        else if (typeof(TInner) == typeof(Dimension2))
        {
            Add(a, b, 0, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
            Add(a, b, 1, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
        }
        else
        {
            for (int k = 0; k < inner; k++)
            {
                Add(a, b, 0, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5, ref t0, ref t1, ref t2, ref t3, ref t4, ref t5);
                a = a.Beyond(0, 1);
                b = b.Beyond(1, 0);
            }
        }

        c[0] = s0;
        c[1] = s1;
        c[2] = s2;
        c[3] = s3;
        c[4] = s4;
        TLane* next = c + stride;
        next[0] = t0;
        next[1] = t1;
        next[2] = t2;
        next[3] = t3;
        next[4] = t4;
        if (typeof(TWidth) == typeof(Dimension6))
        {
            c[5] = s5;
            next[5] = t5;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Add(TA a, TB b, int k, ref TLane s0, ref TLane s1, ref TLane s2, ref TLane s3, ref TLane s4, ref TLane s5,
            ref TLane t0, ref TLane t1, ref TLane t2, ref TLane t3, ref TLane t4, ref TLane t5)
        {
            TLane upper = a.At(0, k);
            TLane lower = a.At(1, k);
            TLane bk = b.At(k, 0);
            TLane.Accumulate(upper, bk, ref s0);
            TLane.Accumulate(lower, bk, ref t0);
            bk = b.At(k, 1);
            TLane.Accumulate(upper, bk, ref s1);
            TLane.Accumulate(lower, bk, ref t1);
            bk = b.At(k, 2);
            TLane.Accumulate(upper, bk, ref s2);
            TLane.Accumulate(lower, bk, ref t2);
            bk = b.At(k, 3);
            TLane.Accumulate(upper, bk, ref s3);
            TLane.Accumulate(lower, bk, ref t3);
            bk = b.At(k, 4);
            TLane.Accumulate(upper, bk, ref s4);
            TLane.Accumulate(lower, bk, ref t4);
            if (typeof(TWidth) == typeof(Dimension6))
            {
                bk = b.At(k, 5);
                TLane.Accumulate(upper, bk, ref s5);
                TLane.Accumulate(lower, bk, ref t5);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ThreeOfARow<TLane, TScalar, TStart, TA, TB>(TLane* c, TStart start, TA a, TB b, int inner)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        TLane s0 = start.At(0, 0);
        TLane s1 = start.At(0, 1);
        TLane s2 = start.At(0, 2);
        for (int k = 0; k < inner; k++)
        {
            TLane ak = a.At(0, 0);
            TLane.Accumulate(ak, b.At(0, 0), ref s0);
            TLane.Accumulate(ak, b.At(0, 1), ref s1);
            TLane.Accumulate(ak, b.At(0, 2), ref s2);
            a = a.Beyond(0, 1);
            b = b.Beyond(1, 0);
        }

        c[0] = s0;
        c[1] = s1;
        c[2] = s2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneRow<TLane, TScalar, TStart, TA, TB, TInner, TWidth>(TLane* c, TStart start, TA a, TB b, int inner)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
        where TInner : struct, IDimension
        where TWidth : struct, IDimension
    {
        TLane s0 = start.At(0, 0);
        TLane s1 = start.At(0, 1);
        TLane s2 = start.At(0, 2);
        TLane s3 = start.At(0, 3);
        TLane s4 = start.At(0, 4);
        TLane s5 = typeof(TWidth) == typeof(Dimension6) ? start.At(0, 5) : default;
        if (typeof(TInner) == typeof(Dimension5) && (typeof(TScalar) == typeof(float) || typeof(TScalar) == typeof(double)))
        {
            Add(a, b, 0, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
            Add(a, b, 1, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
            Add(a, b, 2, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
            Add(a, b, 3, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
            Add(a, b, 4, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
        }
        else if (typeof(TInner) == typeof(Dimension2))
        {
            Add(a, b, 0, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
            Add(a, b, 1, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
        }
        else
        {
            for (int k = 0; k < inner; k++)
            {
                Add(a, b, 0, ref s0, ref s1, ref s2, ref s3, ref s4, ref s5);
                a = a.Beyond(0, 1);
                b = b.Beyond(1, 0);
            }
        }

        c[0] = s0;
        c[1] = s1;
        c[2] = s2;
        c[3] = s3;
        c[4] = s4;
        if (typeof(TWidth) == typeof(Dimension6))
        {
            c[5] = s5;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Add(TA a, TB b, int k, ref TLane s0, ref TLane s1, ref TLane s2, ref TLane s3, ref TLane s4, ref TLane s5)
        {
            TLane ak = a.At(0, k);
            TLane.Accumulate(ak, b.At(k, 0), ref s0);
            TLane.Accumulate(ak, b.At(k, 1), ref s1);
            TLane.Accumulate(ak, b.At(k, 2), ref s2);
            TLane.Accumulate(ak, b.At(k, 3), ref s3);
            TLane.Accumulate(ak, b.At(k, 4), ref s4);
            if (typeof(TWidth) == typeof(Dimension6))
            {
                TLane.Accumulate(ak, b.At(k, 5), ref s5);
            }
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
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
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

        if (LanePanels.AreFor<TLane, TB>(size, size, size))
        {
            LanePanels.MultiplySymmetric<TLane, TScalar, TStart, TA, TB>(c, start, a, b, size);
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
                    TLane.Accumulate(a0, b.At(k, j), ref cij);
                    TLane.Accumulate(a1, b.At(k + 1, j), ref cij);
                    TLane.Accumulate(a2, b.At(k + 2, j), ref cij);
                    TLane.Accumulate(a3, b.At(k + 3, j), ref cij);
                    TLane.Accumulate(a4, b.At(k + 4, j), ref cij);
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
        where TStart : struct, IOperand<TStart, TLane>
        where TA : struct, IOperand<TA, TLane>
        where TB : struct, IOperand<TB, TLane>
    {
        TLane a0 = a.At(i, 0);
        TLane a1 = a.At(i, 1);
        TLane a2 = a.At(i, 2);
        TLane a3 = a.At(i, 3);
        TLane a4 = a.At(i, 4);
        for (int j = 0; j <= i; j++)
        {
            TLane cij = TLane.FusedMultiplyAdd(a0, b.At(0, j), start.At(i, j));
            TLane.Accumulate(a1, b.At(1, j), ref cij);
            TLane.Accumulate(a2, b.At(2, j), ref cij);
            TLane.Accumulate(a3, b.At(3, j), ref cij);
            TLane.Accumulate(a4, b.At(4, j), ref cij);
            c[(i * Tile) + j] = cij;
            c[(j * Tile) + i] = cij;
        }
    }
}
