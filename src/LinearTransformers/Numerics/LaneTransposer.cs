using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LinearTransformers.Numerics;

/// <summary>Lays rows of numbers side by side, a row a lane. Moves numbers only.</summary>
internal static unsafe class LaneTransposer
{
    /// <summary>lanes[column][lane] = rows[lane][column]. Single precision may write up to 15 bundles too many, and read as far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose<TLane, TScalar>(float** rows, int columns, TLane* lanes)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged, INumberBase<TScalar>
    {
        if (typeof(TLane) == typeof(SingleLanes) && Avx512F.IsSupported)
        {
            for (int column = 0; column < columns; column += 16)
            {
                TransposeTile(rows, column, (float*)(lanes + column));
            }

            return;
        }

        if ((typeof(TLane) == typeof(SingleLanes) || typeof(TLane) == typeof(SingleHalfLanes)) && Avx.IsSupported)
        {
            for (int first = 0; first < TLane.Count; first += 8)
            {
                for (int column = 0; column < columns; column += 8)
                {
                    TransposeSmallTile(rows + first, column, (float*)(lanes + column) + first, TLane.Count);
                }
            }

            return;
        }

        TScalar* numbers = (TScalar*)lanes;
        for (int lane = 0; lane < TLane.Count; lane++)
        {
            float* row = rows[lane];
            for (int column = 0; column < columns; column++)
            {
                numbers[(column * TLane.Count) + lane] = TScalar.CreateTruncating(row[column]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void TransposeTile(float** rows, int column, float* tile)
    {
        // Four rows at a time become sixteen quadruples: after this, 128-bit part p of t[4j + c] holds entries
        // (4j … 4j+3, column 4p + c).
        // They are kept where no vector lies across two cache lines.
        byte* memory = stackalloc byte[17 * sizeof(Vector512<float>)];
        Vector512<float>* t = StackMemory.Aligned<Vector512<float>>(memory);
        for (int j = 0; j < 4; j++)
        {
            Vector512<float> a = Vector512.Load(rows[4 * j] + column);
            Vector512<float> b = Vector512.Load(rows[(4 * j) + 1] + column);
            Vector512<float> c = Vector512.Load(rows[(4 * j) + 2] + column);
            Vector512<float> d = Vector512.Load(rows[(4 * j) + 3] + column);
            Vector512<double> abLow = Avx512F.UnpackLow(a, b).AsDouble();
            Vector512<double> abHigh = Avx512F.UnpackHigh(a, b).AsDouble();
            Vector512<double> cdLow = Avx512F.UnpackLow(c, d).AsDouble();
            Vector512<double> cdHigh = Avx512F.UnpackHigh(c, d).AsDouble();
            t[4 * j] = Avx512F.UnpackLow(abLow, cdLow).AsSingle();
            t[(4 * j) + 1] = Avx512F.UnpackHigh(abLow, cdLow).AsSingle();
            t[(4 * j) + 2] = Avx512F.UnpackLow(abHigh, cdHigh).AsSingle();
            t[(4 * j) + 3] = Avx512F.UnpackHigh(abHigh, cdHigh).AsSingle();
        }

        for (int c = 0; c < 4; c++)
        {
            // Parts (0,1) and (2,3) of the four row groups, then even and odd ones of those.
            Vector512<float> low01 = Avx512F.Shuffle4x128(t[c], t[4 + c], 0x44);
            Vector512<float> low23 = Avx512F.Shuffle4x128(t[c], t[4 + c], 0xEE);
            Vector512<float> high01 = Avx512F.Shuffle4x128(t[8 + c], t[12 + c], 0x44);
            Vector512<float> high23 = Avx512F.Shuffle4x128(t[8 + c], t[12 + c], 0xEE);
            Vector512.Store(Avx512F.Shuffle4x128(low01, high01, 0x88), tile + (16 * c));
            Vector512.Store(Avx512F.Shuffle4x128(low01, high01, 0xDD), tile + (16 * (4 + c)));
            Vector512.Store(Avx512F.Shuffle4x128(low23, high23, 0x88), tile + (16 * (8 + c)));
            Vector512.Store(Avx512F.Shuffle4x128(low23, high23, 0xDD), tile + (16 * (12 + c)));
        }
    }

    /// <summary>Eight rows and columns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void TransposeSmallTile(float** rows, int column, float* tile, int stride)
    {
        // Pairs of rows, then quadruples within each 128-bit half: t(c) has rows 0–3 of columns c and c + 4, b(c) rows 4–7.
        Vector256<float> r01Low = Avx.UnpackLow(Vector256.Load(rows[0] + column), Vector256.Load(rows[1] + column));
        Vector256<float> r01High = Avx.UnpackHigh(Vector256.Load(rows[0] + column), Vector256.Load(rows[1] + column));
        Vector256<float> r23Low = Avx.UnpackLow(Vector256.Load(rows[2] + column), Vector256.Load(rows[3] + column));
        Vector256<float> r23High = Avx.UnpackHigh(Vector256.Load(rows[2] + column), Vector256.Load(rows[3] + column));
        Vector256<float> r45Low = Avx.UnpackLow(Vector256.Load(rows[4] + column), Vector256.Load(rows[5] + column));
        Vector256<float> r45High = Avx.UnpackHigh(Vector256.Load(rows[4] + column), Vector256.Load(rows[5] + column));
        Vector256<float> r67Low = Avx.UnpackLow(Vector256.Load(rows[6] + column), Vector256.Load(rows[7] + column));
        Vector256<float> r67High = Avx.UnpackHigh(Vector256.Load(rows[6] + column), Vector256.Load(rows[7] + column));
        Store(Avx.Shuffle(r01Low, r23Low, 0x44), Avx.Shuffle(r45Low, r67Low, 0x44), tile, stride);
        Store(Avx.Shuffle(r01Low, r23Low, 0xEE), Avx.Shuffle(r45Low, r67Low, 0xEE), tile + stride, stride);
        Store(Avx.Shuffle(r01High, r23High, 0x44), Avx.Shuffle(r45High, r67High, 0x44), tile + (2 * stride), stride);
        Store(Avx.Shuffle(r01High, r23High, 0xEE), Avx.Shuffle(r45High, r67High, 0xEE), tile + (3 * stride), stride);
    }

    /// <summary>A column and the fourth one after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> top, Vector256<float> bottom, float* tile, int stride)
    {
        Vector256.Store(Avx.Permute2x128(top, bottom, 0x20), tile);
        Vector256.Store(Avx.Permute2x128(top, bottom, 0x31), tile + (4 * stride));
    }
}
