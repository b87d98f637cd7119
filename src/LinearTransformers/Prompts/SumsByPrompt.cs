using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Prompts;

/// <summary>
/// Sums over the tokens of prompts of a large dimension: prompt by prompt, with neighbouring entries of a row in the lanes, and then turned
/// so that a lane is a prompt. Side by side the sums of a bundle's prompts would not fit the first-level cache, and neither would their
/// tokens. The bits are those of <see cref="GramSums"/>: each entry adds its tokens in their order, with one rounding a token.
/// </summary>
internal sealed unsafe class SumsByPrompt<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, System.Numerics.INumberBase<TScalar>
{
    /// <summary>Rows of a tile: so many independent chains hide the latency of a fused multiply-add.</summary>
    private const int Tile = 8;

    /// <summary>From so many entries on rows are long enough for their last vectors, which are not full, not to count.</summary>
    private const int LeastDimension = 32;

    /// <summary>Numbers of tokens taken at a time: half of what a first-level cache holds.</summary>
    private const int Chunk = 4096;

    /// <summary>What a transposition may read too many.</summary>
    private const int Extra = 16;

    private readonly int _dimension;
    private readonly int _blocks;
    private readonly int _lengthOfRows;
    private readonly AlignedBuffer<TLane> _sums;

    /// <summary>Room for the prompts of a bundle.</summary>
    /// <param name="dimension">d, of those that <see cref="AreFor"/> takes.</param>
    public SumsByPrompt(int dimension)
    {
        _dimension = dimension;
        _blocks = (dimension + TLane.Count - 1) / TLane.Count;
        for (int row = 0; row < dimension; row += Tile)
        {
            _lengthOfRows += Tile * BlocksOf(row);
        }

        Length = _lengthOfRows + _blocks;
        _sums = new(((long)TLane.Count * Length) + Extra);
    }

    /// <summary>Vectors of a prompt's sums: rows of the triangle, each up to the block of its diagonal entry, and one of labels.</summary>
    private int Length { get; }

    /// <summary>Whether this is the faster way.</summary>
    public static bool AreFor(int dimension)
        => (typeof(TLane) == typeof(SingleLanes) || typeof(TLane) == typeof(SingleHalfLanes)) && dimension >= LeastDimension;

    /// <summary>The sums of a lane's prompt, Σ x xᵀ and Σ x y.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="x">Its tokens, d numbers each.</param>
    /// <param name="y">Its labels, or null where there are none.</param>
    /// <param name="tokens">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int lane, float* x, float* y, int tokens)
    {
        TLane* sums = Clear(lane);
        int most = Math.Max(Chunk / _dimension, 1);
        for (int first = 0; first < tokens; first += most)
        {
            int count = Math.Min(most, tokens - first);
            AddRows(sums, x, count);
            if (y is not null)
            {
                AddLabels(sums + _lengthOfRows, x, y, count);
                y += count;
            }

            x += (nint)count * _dimension;
        }
    }

    /// <summary>Zeros for a lane without a prompt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public TLane* Clear(int lane)
    {
        TLane* sums = _sums.Pointer + ((long)lane * Length);
        new Span<TLane>(sums, Length).Clear();
        return sums;
    }

    /// <summary>A bundle's lower triangle, row by row, and behind it Σ x y. May write up to 15 bundles too many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Turn(TLane* triangle)
    {
        float** rows = stackalloc float*[TLane.Count];
        TLane* sums = _sums.Pointer;
        for (int i = 0; i < _dimension;)
        {
            int blocks = BlocksOf(i);

            // The last tile begins where it ends with the last row; rows that the tile before it has too are left out.
            int begin = Math.Min(i, _dimension - Tile);
            for (int end = Math.Min(i + Tile, _dimension); i < end; i++)
            {
                TurnRow(sums + ((i - begin) * blocks), i + 1, triangle, rows);
                triangle += i + 1;
            }

            sums += Tile * blocks;
        }

        TurnRow(sums, _dimension, triangle, rows);
    }

    /// <summary>Blocks in a row of the tile that would begin at this one.</summary>
    private int BlocksOf(int row) => Math.Min(((row + Tile - 1) / TLane.Count) + 1, _blocks);

    /// <summary>Where a block's columns begin: the last one ends with the last column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Begin(int block, int dimension) => Math.Min(block * TLane.Count, dimension - TLane.Count);

    /// <summary>The first entries of a row of every prompt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TurnRow(TLane* row, int length, TLane* bundles, float** rows)
    {
        int whole = Math.Min(length, _dimension / TLane.Count * TLane.Count);
        for (int lane = 0; lane < TLane.Count; lane++)
        {
            rows[lane] = (float*)(row + ((nint)lane * Length));
        }

        LaneTransposer.Transpose<TLane, TScalar>(rows, whole, bundles);
        if (whole == length)
        {
            return;
        }

        int place = whole + (whole - Begin(_blocks - 1, _dimension));
        for (int lane = 0; lane < TLane.Count; lane++)
        {
            rows[lane] += place;
        }

        LaneTransposer.Transpose<TLane, TScalar>(rows, length - whole, bundles + whole);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRows(TLane* sums, float* x, int tokens)
    {
        int d = _dimension;
        for (int i = 0; i < d; i += Tile)
        {
            int blocks = BlocksOf(i);
            float* rows = x + Math.Min(i, d - Tile);
            for (int block = 0; block < blocks; block++)
            {
                AddTile(sums + block, blocks, rows, x + Begin(block, d), d, tokens);
            }

            sums += Tile * blocks;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddLabels(TLane* sums, float* x, float* y, int tokens)
    {
        for (int block = 0; block < _blocks; block++)
        {
            AddProducts(sums + block, y, x + Begin(block, _dimension), _dimension, tokens);
        }
    }

    /// <summary>Adds Σ x_i·(x_j …) to a vector of sums for each of eight rows i.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(TLane* sums, nint stride, float* rows, float* columns, nint d, int tokens)
    {
        TLane s0 = sums[0];
        TLane s1 = sums[stride];
        TLane s2 = sums[2 * stride];
        TLane s3 = sums[3 * stride];
        TLane s4 = sums[4 * stride];
        TLane s5 = sums[5 * stride];
        TLane s6 = sums[6 * stride];
        TLane s7 = sums[7 * stride];
        for (int n = 0; n < tokens; n++, rows += d, columns += d)
        {
            TLane x = *(TLane*)columns;
            TScalar* row = (TScalar*)rows;
            TLane.Accumulate(TLane.Broadcast(row[0]), x, ref s0);
            TLane.Accumulate(TLane.Broadcast(row[1]), x, ref s1);
            TLane.Accumulate(TLane.Broadcast(row[2]), x, ref s2);
            TLane.Accumulate(TLane.Broadcast(row[3]), x, ref s3);
            TLane.Accumulate(TLane.Broadcast(row[4]), x, ref s4);
            TLane.Accumulate(TLane.Broadcast(row[5]), x, ref s5);
            TLane.Accumulate(TLane.Broadcast(row[6]), x, ref s6);
            TLane.Accumulate(TLane.Broadcast(row[7]), x, ref s7);
        }

        sums[0] = s0;
        sums[stride] = s1;
        sums[2 * stride] = s2;
        sums[3 * stride] = s3;
        sums[4 * stride] = s4;
        sums[5 * stride] = s5;
        sums[6 * stride] = s6;
        sums[7 * stride] = s7;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddProducts(TLane* sum, float* y, float* columns, nint d, int tokens)
    {
        TLane s = *sum;
        for (int n = 0; n < tokens; n++, columns += d)
        {
            TLane.Accumulate(*(TLane*)columns, TLane.Broadcast(((TScalar*)y)[n]), ref s);
        }

        *sum = s;
    }
}
