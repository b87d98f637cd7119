using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

/// <summary>
/// Products of large matrices against sums written down. Equal to the last bit: each entry is the same chain of fused multiply-adds,
/// whatever the tiles.
/// </summary>
public unsafe class LanePanelsTests
{
    [Theory]
    [InlineData(32, 32, 32)]
    [InlineData(33, 65, 34)]
    [InlineData(47, 64, 36)]
    [InlineData(32, 131, 39)]
    public void Entries_are_sums_in_the_order_of_their_terms(int rows, int inner, int columns)
    {
        Compare<SingleLanes, float>(rows, inner, columns);
        Compare<SingleHalfLanes, float>(rows, inner, columns);
        Compare<DoubleLanes, double>(rows, inner, columns);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(37)]
    [InlineData(66)]
    public void A_symmetric_product_mirrors_its_lower_triangle(int size)
    {
        System.Random random = new(size);
        AlignedBuffer<SingleLanes> a = Numbers<SingleLanes>(random, size * size);
        AlignedBuffer<SingleLanes> start = Numbers<SingleLanes>(random, size * size);
        AlignedBuffer<SingleLanes> c = Numbers<SingleLanes>(random, size * size);
        LaneProduct.MultiplySymmetric<SingleLanes, float, MatrixPlusTranspose<SingleLanes, float>, Rows<SingleLanes, AnyDimension>,
            Columns<SingleLanes, AnyDimension>>(
            c.Pointer, new(start.Pointer, size), new(a.Pointer, size), new(a.Pointer, size), size);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                SingleLanes sum = start.Pointer[(i * size) + j] + start.Pointer[(j * size) + i];
                for (int k = 0; k < size; k++)
                {
                    SingleLanes.Accumulate(a.Pointer[(i * size) + k], a.Pointer[(j * size) + k], ref sum);
                }

                Assert.Equal(sum.Value, c.Pointer[(i * size) + j].Value);
                Assert.Equal(sum.Value, c.Pointer[(j * size) + i].Value);
            }
        }

        GC.KeepAlive(a);
        GC.KeepAlive(start);
        GC.KeepAlive(c);
    }

    /// <summary>Rows and columns of B, sums from nothing and from what is there.</summary>
    private static void Compare<TLane, TScalar>(int rows, int inner, int columns)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged
    {
        System.Random random = new(rows + inner);
        AlignedBuffer<TLane> a = Numbers<TLane>(random, rows * inner);
        AlignedBuffer<TLane> b = Numbers<TLane>(random, inner * columns);
        AlignedBuffer<TLane> c = Numbers<TLane>(random, rows * columns);
        TLane[] before = c.Span.ToArray();
        LaneProduct.Multiply<TLane, TScalar, Rows<TLane, AnyDimension>, Rows<TLane, AnyDimension>, Rows<TLane, AnyDimension>, AnyDimension,
            AnyDimension, AnyDimension>(
            c.Pointer, columns, new(c.Pointer, columns), new(a.Pointer, inner), new(b.Pointer, columns), rows, inner, columns);
        AssertSums((i, j) => before[(i * columns) + j], (k, j) => (k * columns) + j);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, AnyDimension>, Columns<TLane, AnyDimension>,
            AnyDimension, AnyDimension, AnyDimension>(
            c.Pointer, columns, default, new(a.Pointer, inner), new(b.Pointer, inner), rows, inner, columns);
        AssertSums((_, _) => TLane.Zero, (k, j) => (j * inner) + k);

        void AssertSums(Func<int, int, TLane> start, Func<int, int, int> placeInB)
        {
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    TLane sum = start(i, j);
                    for (int k = 0; k < inner; k++)
                    {
                        TLane.Accumulate(a.Pointer[(i * inner) + k], b.Pointer[placeInB(k, j)], ref sum);
                    }

                    Assert.Equal(sum, c.Pointer[(i * columns) + j]);
                }
            }
        }
    }

    private static AlignedBuffer<TLane> Numbers<TLane>(System.Random random, int length)
        where TLane : unmanaged
    {
        AlignedBuffer<TLane> buffer = new(length);
        Span<TLane> lanes = buffer.Span;
        if (typeof(TLane) == typeof(DoubleLanes))
        {
            foreach (ref double number in System.Runtime.InteropServices.MemoryMarshal.Cast<TLane, double>(lanes))
            {
                number = random.NextDouble() - 0.5;
            }
        }
        else
        {
            foreach (ref float number in System.Runtime.InteropServices.MemoryMarshal.Cast<TLane, float>(lanes))
            {
                number = random.NextSingle() - 0.5f;
            }
        }

        return buffer;
    }
}
