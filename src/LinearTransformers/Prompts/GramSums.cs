using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Prompts;

/// <summary>The sums over tokens of one bundle. Each entry adds its tokens in their order, with one rounding a token.</summary>
internal static unsafe class GramSums
{
    private const int Tile = 5;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clear<TLane, TScalar>(TLane* sums, int length)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        => new Span<TLane>(sums, length).Fill(TLane.Zero);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<TLane>(TLane* destination, TLane* source, int length)
        where TLane : unmanaged
        => new ReadOnlySpan<TLane>(source, length).CopyTo(new Span<TLane>(destination, length));

    /// <summary>Makes sums over examples means.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Divide<TLane, TScalar>(TLane* sums, int length, int contextLength)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged, INumberBase<TScalar>
    {
        TLane factor = TLane.Broadcast(TScalar.One / TScalar.CreateTruncating(contextLength));
        for (int i = 0; i < length; i++)
        {
            sums[i] *= factor;
        }
    }

    /// <summary>Adds Σ x xᵀ to a lower triangle, in tiles of five rows and columns.</summary>
    /// <param name="triangle">The sums.</param>
    /// <param name="x">Tokens, d bundles each.</param>
    /// <param name="stride">From token to token.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="d">The dimension.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddTokens<TLane, TScalar>(TLane* triangle, TLane* x, int stride, int tokens, int d)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
    {
        int tiled = d / Tile * Tile;
        for (int i = 0; i < d; i++)
        {
            TLane* row = triangle + (i * (i + 1) / 2);
            int tileOfRow = i < tiled ? i / Tile * Tile : tiled;
            if (i == tileOfRow && i < tiled)
            {
                AddDiagonalTile<TLane, TScalar>(triangle, x, stride, tokens, i);
            }

            for (int j = 0; j < tileOfRow; j += Tile)
            {
                AddRow<TLane, TScalar>(row + j, x + i, x + j, stride, tokens);
            }

            for (int j = tiled; j <= i; j++)
            {
                AddProducts<TLane, TScalar>(row + j, x + i, stride, x + j, stride, tokens);
            }
        }
    }

    /// <summary>Adds Σ x y to d sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddLabels<TLane, TScalar>(
        TLane* sums, TLane* x, int stride, TLane* y, int strideOfLabels, int tokens, int d)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
    {
        for (int i = 0; i < d; i++)
        {
            AddProducts<TLane, TScalar>(sums + i, x + i, stride, y, strideOfLabels, tokens);
        }
    }

    /// <summary>Adds Σ y² to a sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddSquares<TLane, TScalar>(TLane* sum, TLane* y, int stride, int tokens)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
        => AddProducts<TLane, TScalar>(sum, y, stride, y, stride, tokens);

    /// <summary>
    /// g = G w and the query's label wᵀx_q, behind the triangle of G, and where it is wanted (1/N) Σ y² = wᵀ g. With noise e of labels
    /// g = G w + n, n = (1/N) Σ x e, and (1/N) Σ y² = wᵀ (g + n) + (1/N) Σ e².
    /// </summary>
    /// <param name="sums">The statistics.</param>
    /// <param name="layout">Their places.</param>
    /// <param name="w">The task vectors.</param>
    /// <param name="isAdded">Whether the noise's parts, n and (1/N) Σ e², stand where g and (1/N) Σ y² belong.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LinearLabels<TLane, TScalar>(TLane* sums, GramLayout layout, TLane* w, bool isAdded)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
    {
        int d = layout.Dimension;
        TLane square = layout.HasSquare && isAdded ? sums[layout.Square] : TLane.Zero;
        for (int i = 0; i < d; i++)
        {
            TLane noise = isAdded ? sums[layout.Cross + i] : TLane.Zero;
            TLane sum = noise;
            for (int j = 0; j < d; j++)
            {
                TLane.Accumulate(sums[i >= j ? (i * (i + 1) / 2) + j : (j * (j + 1) / 2) + i], w[j], ref sum);
            }

            sums[layout.Cross + i] = sum;
            if (layout.HasSquare)
            {
                TLane.Accumulate(w[i], sum + noise, ref square);
            }
        }

        TLane label = TLane.Zero;
        for (int i = 0; i < d; i++)
        {
            TLane.Accumulate(w[i], sums[layout.Query + i], ref label);
        }

        sums[layout.Label] = label;
        if (layout.HasSquare)
        {
            sums[layout.Square] = square;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack<TLane>(TLane* triangle, TLane* full, int d)
        where TLane : unmanaged
    {
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                TLane entry = *triangle++;
                full[(i * d) + j] = entry;
                full[(j * d) + i] = entry;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack<TLane>(TLane* full, TLane* triangle, int d)
        where TLane : unmanaged
    {
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                *triangle++ = full[(i * d) + j];
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddDiagonalTile<TLane, TScalar>(TLane* triangle, TLane* x, int stride, int tokens, int i)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
    {
        TLane* r0 = triangle + (i * (i + 1) / 2) + i;
        TLane* r1 = r0 + i + 1;
        TLane* r2 = r1 + i + 2;
        TLane* r3 = r2 + i + 3;
        TLane* r4 = r3 + i + 4;
        TLane s00 = r0[0];
        TLane s10 = r1[0], s11 = r1[1];
        TLane s20 = r2[0], s21 = r2[1], s22 = r2[2];
        TLane s30 = r3[0], s31 = r3[1], s32 = r3[2], s33 = r3[3];
        TLane s40 = r4[0], s41 = r4[1], s42 = r4[2], s43 = r4[3], s44 = r4[4];
        x += i;
        for (int n = 0; n < tokens; n++, x += stride)
        {
            TLane x0 = x[0];
            TLane x1 = x[1];
            TLane x2 = x[2];
            TLane x3 = x[3];
            TLane x4 = x[4];
            TLane.Accumulate(x0, x0, ref s00);
            TLane.Accumulate(x1, x0, ref s10);
            TLane.Accumulate(x1, x1, ref s11);
            TLane.Accumulate(x2, x0, ref s20);
            TLane.Accumulate(x2, x1, ref s21);
            TLane.Accumulate(x2, x2, ref s22);
            TLane.Accumulate(x3, x0, ref s30);
            TLane.Accumulate(x3, x1, ref s31);
            TLane.Accumulate(x3, x2, ref s32);
            TLane.Accumulate(x3, x3, ref s33);
            TLane.Accumulate(x4, x0, ref s40);
            TLane.Accumulate(x4, x1, ref s41);
            TLane.Accumulate(x4, x2, ref s42);
            TLane.Accumulate(x4, x3, ref s43);
            TLane.Accumulate(x4, x4, ref s44);
        }

        (r0[0], r1[0], r1[1], r2[0], r2[1], r2[2]) = (s00, s10, s11, s20, s21, s22);
        (r3[0], r3[1], r3[2], r3[3]) = (s30, s31, s32, s33);
        (r4[0], r4[1], r4[2], r4[3], r4[4]) = (s40, s41, s42, s43, s44);
    }

    /// <summary>Adds Σ x_i·(x_j … x_{j+4}) to five sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow<TLane, TScalar>(TLane* sums, TLane* xi, TLane* xj, int stride, int tokens)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
    {
        TLane s0 = sums[0];
        TLane s1 = sums[1];
        TLane s2 = sums[2];
        TLane s3 = sums[3];
        TLane s4 = sums[4];
        for (int n = 0; n < tokens; n++, xi += stride, xj += stride)
        {
            TLane x = *xi;
            TLane.Accumulate(x, xj[0], ref s0);
            TLane.Accumulate(x, xj[1], ref s1);
            TLane.Accumulate(x, xj[2], ref s2);
            TLane.Accumulate(x, xj[3], ref s3);
            TLane.Accumulate(x, xj[4], ref s4);
        }

        (sums[0], sums[1], sums[2], sums[3], sums[4]) = (s0, s1, s2, s3, s4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddProducts<TLane, TScalar>(TLane* sum, TLane* a, int strideOfA, TLane* b, int strideOfB, int tokens)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
    {
        TLane s = *sum;
        for (int n = 0; n < tokens; n++, a += strideOfA, b += strideOfB)
        {
            TLane.Accumulate(*a, *b, ref s);
        }

        *sum = s;
    }
}
