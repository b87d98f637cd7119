using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Prompts.Sources;

namespace LinearTransformers.Prompts;

/// <summary>
/// Gram statistics of a batch that was drawn as such, without tokens: all else follows from N G, x_q and w as for tokens: C G Cᵀ, g = G w,
/// wᵀx_q, and (1/N) Σ y² and σ where they are wanted. In single precision, whatever they are kept in.
/// </summary>
internal sealed unsafe class KnownStatistics<T>(GramLayout layout)
    where T : unmanaged
{
    private readonly ScratchPool<Scratch> _scratch = new(() => new Scratch(layout));

    public void Build(WishartStatistics source, PromptMaps? maps, int contextLength, GramStatistics<T> statistics, WorkerTeam? team)
    {
        bool areOfFive = typeof(T) == typeof(float) && source.AreOfFive && maps is null && !layout.HasSquare && !layout.HasDeviation;
        PromptBlocks.For(statistics.Bundles * Bundle.Lanes<T>(), team, (begin, end) =>
        {
            Scratch scratch = _scratch.Rent();
            int prompt = begin;
            int last = areOfFive ? Math.Min(end, statistics.BatchSize) - SingleHalfLanes.Count : -1;
            for (; prompt <= last; prompt += SingleHalfLanes.Count)
            {
                BuildFive(source, prompt, (float*)Entries(statistics, prompt), scratch);
            }

            for (; prompt < end; prompt += SingleHalfLanes.Count)
            {
                BuildShare(source, maps, contextLength, prompt, scratch);
                Store(scratch.Sums, statistics, prompt, Math.Clamp(statistics.BatchSize - prompt, 0, SingleHalfLanes.Count));
            }

            _scratch.Return(scratch);
        });
        GC.KeepAlive(statistics);
    }

    /// <summary>Where the first entry of a prompt stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Entries(GramStatistics<T> statistics, int prompt)
    {
        int lanes = Bundle.Lanes<T>();
        return statistics.Pointer + ((long)(prompt / lanes) * statistics.Layout.Stride * lanes) + (prompt % lanes);
    }

    /// <summary>The statistics of eight prompts of dimension 5, to where they belong.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BuildFive(WishartStatistics source, int prompt, float* entries, Scratch scratch)
    {
        int width = Bundle.Lanes<T>();
        SingleHalfLanes* tasks = source.ReadFive(prompt, entries, width, scratch.Numbers, scratch.Room);
        GramSumsOfFive.LinearLabels(entries, width, (float*)tasks, SingleHalfLanes.Count, isAdded: false);
    }

    /// <summary>The statistics of eight prompts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BuildShare(WishartStatistics source, PromptMaps? maps, int contextLength, int prompt, Scratch scratch)
    {
        SingleHalfLanes* sums = scratch.Sums;
        SingleHalfLanes* noise = source.HasNoise ? sums + layout.Cross : null;
        SingleHalfLanes* squares = source.HasNoise && layout.HasSquare ? sums + layout.Square : null;
        SingleHalfLanes* deviations = source.HasNoise && layout.HasDeviation ? sums + layout.Deviation : null;
        if (layout.HasDeviation)
        {
            sums[layout.Deviation] = SingleHalfLanes.Zero;
        }

        source.Read(prompt, sums, noise, squares, deviations, scratch.Query, scratch.Task, scratch.Numbers, scratch.Room);
        GramSums.Divide<SingleHalfLanes, float>(sums, layout.Query, contextLength);
        if (squares is not null)
        {
            GramSums.Divide<SingleHalfLanes, float>(squares, 1, contextLength);
        }

        if (maps is not null)
        {
            scratch.Rotation.Rotate(maps, sums, noise, scratch.Query, scratch.Task);
        }

        GramSums.Copy(sums + layout.Query, scratch.Query, layout.Dimension);
        GramSums.LinearLabels<SingleHalfLanes, float>(sums, layout, scratch.Task, isAdded: noise is not null);
    }

    /// <summary>Eight prompts into their lanes, those beyond the last as zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Store(SingleHalfLanes* sums, GramStatistics<T> statistics, int prompt, int prompts)
    {
        int lanes = Bundle.Lanes<T>();
        int stride = statistics.Layout.Stride;
        T* entries = Entries(statistics, prompt);
        for (int i = 0; i < stride; i++, entries += lanes)
        {
            float* numbers = (float*)(sums + i);
            for (int lane = prompts; lane < SingleHalfLanes.Count; lane++)
            {
                numbers[lane] = 0;
            }

            if (typeof(T) == typeof(float))
            {
                *(SingleHalfLanes*)entries = sums[i];
            }
            else
            {
                for (int lane = 0; lane < SingleHalfLanes.Count; lane++)
                {
                    ((double*)entries)[lane] = numbers[lane];
                }
            }
        }
    }

    private sealed class Scratch
    {
        private readonly AlignedBuffer<SingleHalfLanes> _lanes;

        public Scratch(GramLayout layout)
        {
            int d = layout.Dimension;
            int stride = layout.Stride;
            _lanes = new(stride + (2L * d) + WishartStatistics.RoomFor(d));
            Rotation = new(d);
            Sums = _lanes.Pointer;
            Query = Sums + stride;
            Task = Query + d;
            Numbers = Task + d;
        }

        public LaneRotation<SingleHalfLanes, float> Rotation { get; }

        public SingleHalfLanes* Sums { get; }

        public SingleHalfLanes* Query { get; }

        public SingleHalfLanes* Task { get; }

        public SingleHalfLanes* Numbers { get; }

        public ReadingRoom Room { get; } = new();
    }
}
