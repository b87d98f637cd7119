using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>A baseline's arithmetic on bundles of prompts, with the room that one thread needs for it.</summary>
internal unsafe interface IBundleKernel<TLane>
    where TLane : unmanaged
{
    /// <summary>Adds to sums what a bundle's prompts give.</summary>
    /// <param name="statistics">Their Gram statistics, as <see cref="GramLayout"/> has them.</param>
    /// <param name="first">The number of the first prompt in the batch.</param>
    /// <param name="count">Prompts, at least 1; lanes beyond them hold zeros, and must add nothing.</param>
    /// <param name="sums">The sums.</param>
    void Add(TLane* statistics, int first, int count, TLane* sums);
}

/// <summary>Makes a baseline's kernels, one for each thread, which compute in the numbers that the statistics are kept in.</summary>
internal interface IBundleKernels
{
    IBundleKernel<TLane> Create<TLane, TNumber>()
        where TLane : unmanaged, ILane<TLane, TNumber>
        where TNumber : unmanaged, INumberBase<TNumber>;
}

/// <summary>
/// Makes a baseline's kernels, one for each thread, which compute in double precision, whatever the statistics are kept in.
/// </summary>
internal interface IDoubleBundleKernels
{
    IBundleKernel<TLane> Create<TLane>()
        where TLane : unmanaged, ISelectingLane<TLane>;
}

/// <summary>Sums over a batch that a baseline's kernels add up.</summary>
internal static class BundleLoop
{
    /// <summary>In the numbers that the statistics are kept in.</summary>
    /// <param name="statistics">The batch.</param>
    /// <param name="count">How many sums.</param>
    /// <param name="kernels">What adds to them.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <param name="width">Lanes that a kernel takes at a time; null for what suits the hardware.</param>
    public static double[] Sums<T>(GramStatistics<T> statistics, int count, IBundleKernels kernels, WorkerTeam? team, LaneWidth? width)
        where T : unmanaged
        => LaneChoice.Create<T, double[]>(new OwnNumbers<T>(statistics, count, kernels, team), width);

    /// <summary>In double precision, whatever the statistics are kept in.</summary>
    public static double[] Sums<T>(
        GramStatistics<T> statistics, int count, IDoubleBundleKernels kernels, WorkerTeam? team, LaneWidth? width)
        where T : unmanaged
        => (width ?? LaneChoice.Width) is LaneWidth.Whole
            ? new BundleLoop<DoubleLanes, double>(kernels.Create<DoubleLanes>, team).Sums(statistics, count)
            : new BundleLoop<DoubleHalfLanes, double>(kernels.Create<DoubleHalfLanes>, team).Sums(statistics, count);

    private sealed class OwnNumbers<T>(GramStatistics<T> statistics, int count, IBundleKernels kernels, WorkerTeam? team)
        : ILaneFactory<double[]>
        where T : unmanaged
    {
        public double[] Create<TLane, TNumber>()
            where TLane : unmanaged, ILane<TLane, TNumber>
            where TNumber : unmanaged, INumberBase<TNumber>
            => new BundleLoop<TLane, TNumber>(kernels.Create<TLane, TNumber>, team).Sums(statistics, count);
    }
}

/// <summary>
/// Owns the loop of every baseline over a batch: blocks of bundles, shared by threads; in each block bundle after bundle, and at its end
/// the sums over lanes. Single-precision bundles of sixteen prompts that are computed with in double precision go as two of eight.
/// </summary>
/// <typeparam name="TLane">What kernels compute with: bundles, or halves of them.</typeparam>
/// <typeparam name="TNumber">A lane of it.</typeparam>
/// <param name="create">Makes a kernel.</param>
/// <param name="team">Who shares the work; null for the caller alone.</param>
internal sealed unsafe class BundleLoop<TLane, TNumber>(Func<IBundleKernel<TLane>> create, WorkerTeam? team)
    where TLane : unmanaged, ILane<TLane, TNumber>
    where TNumber : unmanaged
{
    private static int Lanes => Bundle.Lanes<TNumber>();

    private static int Shares => Bundle.Shares<TLane, TNumber>();

    /// <summary>The sums over a batch.</summary>
    /// <param name="statistics">The batch, in the kernels' numbers, or in single precision for kernels of double precision.</param>
    /// <param name="count">How many sums.</param>
    public double[] Sums<T>(GramStatistics<T> statistics, int count)
        where T : unmanaged
    {
        int stride = statistics.Layout.Stride;
        ScratchPool<Room> rooms = new(() => new Room(create(), stride, count));
        BlockSums blocks = new(Lanes, team, SumBlock);
        blocks.Run(statistics.Bundles * (Bundle.Lanes<T>() / Lanes), count);
        double[] sums = new double[count];
        for (int i = 0; i < count; i++)
        {
            sums[i] = blocks.Total(i);
        }

        return sums;

        void SumBlock(int begin, int end, Span<double> slot)
        {
            Room room = rooms.Rent();
            room.Sums.Span.Clear();
            for (int bundle = begin; bundle < end; bundle++)
            {
                TNumber* entries = Load(statistics.Pointer, bundle, room.Bundle.Pointer, stride);
                for (int share = 0; share < Shares; share++)
                {
                    int first = (bundle * Lanes) + (share * TLane.Count);
                    if (first < statistics.BatchSize)
                    {
                        TLane* prompts = LaneLift.To<TLane, TLane, TNumber>(entries, share, room.Share.Pointer, stride);
                        int these = Math.Min(TLane.Count, statistics.BatchSize - first);
                        TLane* added = room.Sums.Pointer + (share * count);
                        room.Kernel.Add(prompts, first, these, added);
                        if (statistics.Residuals is { } residuals)
                        {
                            Keep(residuals, first, these, added);
                        }
                    }
                }
            }

            LaneLift.AddOverLanes<TLane, TLane, TNumber>(room.Sums.Pointer, count, slot);
            rooms.Return(room);
            GC.KeepAlive(statistics);
        }
    }

    /// <summary>Keeps the latest residual of each column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Keep(double[][] residuals, int first, int count, TLane* sums)
    {
        for (int column = 0; column < residuals.Length; column++)
        {
            TNumber* latest = (TNumber*)(sums + SquaredErrors.Latest(column, residuals.Length));
            for (int lane = 0; lane < count; lane++)
            {
                residuals[column][first + lane] = typeof(TNumber) == typeof(float) ? ((float*)latest)[lane] : ((double*)latest)[lane];
            }
        }
    }

    /// <summary>A bundle's entries: where they lie, or widened into the room for them.</summary>
    private static TNumber* Load<T>(T* statistics, int bundle, TNumber* room, int stride)
        where T : unmanaged
    {
        if (typeof(T) == typeof(TNumber))
        {
            return (TNumber*)statistics + ((long)bundle * stride * Lanes);
        }

        int halves = Bundle.Lanes<T>() / Lanes;
        float* source = (float*)statistics + ((long)(bundle / halves) * stride * Bundle.Lanes<T>()) + (bundle % halves * Lanes);
        Widen(source, Bundle.Lanes<T>(), (double*)room, stride);
        return room;
    }

    /// <summary>Eight lanes of each entry, in double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(float* source, int lanes, double* destination, int count)
    {
        for (int i = 0; i < count; i++, source += lanes, destination += Vector256<float>.Count)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.Load(source));
            lower.Store(destination);
            upper.Store(destination + Vector256<double>.Count);
        }
    }

    /// <summary>What a thread computes in.</summary>
    private sealed class Room(IBundleKernel<TLane> kernel, int stride, int count)
    {
        public IBundleKernel<TLane> Kernel { get; } = kernel;

        /// <summary>A bundle that is widened.</summary>
        public AlignedBuffer<TNumber> Bundle { get; } = new((long)stride * Lanes);

        /// <summary>A share of it.</summary>
        public AlignedBuffer<TLane> Share { get; } = new(stride);

        /// <summary>Sums of a block, share by share.</summary>
        public AlignedBuffer<TLane> Sums { get; } = new((long)Shares * count);
    }
}
