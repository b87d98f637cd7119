using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Reading;

namespace LinearTransformers.Prompts;

/// <summary>Builds Gram statistics, compiled for a lane type.</summary>
internal unsafe interface IGramBuilder<TScalar>
    where TScalar : unmanaged
{
    /// <summary>The statistics of the first prompts of a batch, each with the first examples of its context.</summary>
    void Build(PromptBatch batch, int prompts, int examples, TScalar* statistics, WorkerTeam? team);
}

/// <summary>
/// Gram statistics from tokens, bundle by bundle. Labels that are linear need not be computed for the context:
/// g = (1/N) Σ x (xᵀw) = G w. A covariance is applied to the sums rather than to every token: G ← C G Cᵀ with C = U D.
/// </summary>
internal sealed unsafe class GramBuilder<TLane, TScalar> : IGramBuilder<TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
{
    private const int BlockOfPrompts = 256;

    /// <summary>Tokens taken side by side at a time, so that they stay in the first-level cache.</summary>
    private const int Chunk = 32;

    private readonly GramLayout _layout;
    private readonly ScratchPool<Scratch> _scratch;

    public GramBuilder(GramLayout layout)
    {
        _layout = layout;
        _scratch = new(() => new Scratch(layout));
    }

    /// <inheritdoc/>
    public void Build(PromptBatch batch, int prompts, int examples, TScalar* statistics, WorkerTeam? team)
    {
        int block = team is null ? prompts : BlockOfPrompts;
        int blocks = (prompts + block - 1) / block;
        if (blocks == 1)
        {
            BuildBlock(batch, 0, prompts, examples, statistics);
        }
        else
        {
            team!.For(blocks, index => BuildBlock(batch, index * block, Math.Min(prompts, (index + 1) * block), examples, statistics));
        }

        GC.KeepAlive(batch);
    }

    /// <summary>From prompts in the published layout: no assumption on labels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BuildFromTokens(
        TLane* statistics, TScalar* z, TScalar* y, TScalar* deviations, int batchSize, int contextLength, GramLayout layout)
    {
        int d = layout.Dimension;
        AlignedBuffer<TLane> scratch = new(((long)contextLength + 1) * (d + 1));
        int promptLength = (contextLength + 1) * (d + 1);
        for (int b = 0; b < batchSize; b += TLane.Count, statistics += layout.Stride)
        {
            scratch.Span.Clear();
            int prompts = Math.Min(TLane.Count, batchSize - b);
            for (int lane = 0; lane < prompts; lane++)
            {
                TScalar* prompt = z + ((long)(b + lane) * promptLength);
                for (int i = 0; i < promptLength; i++)
                {
                    ((TScalar*)scratch.Pointer)[(i * TLane.Count) + lane] = prompt[i];
                }

                ((TScalar*)(statistics + layout.Label))[lane] = y[b + lane];
                if (layout.HasDeviation)
                {
                    ((TScalar*)(statistics + layout.Deviation))[lane] = deviations[b + lane];
                }
            }

            GramSums.Clear<TLane, TScalar>(statistics, layout.Query);
            GramSums.AddTokens<TLane, TScalar>(statistics, scratch.Pointer, d + 1, contextLength, d);
            GramSums.AddLabels<TLane, TScalar>(
                statistics + layout.Cross, scratch.Pointer, d + 1, scratch.Pointer + d, d + 1, contextLength, d);
            if (layout.HasSquare)
            {
                GramSums.Clear<TLane, TScalar>(statistics + layout.Square, 1);
                GramSums.AddSquares<TLane, TScalar>(statistics + layout.Square, scratch.Pointer + d, d + 1, contextLength);
            }

            GramSums.Divide<TLane, TScalar>(statistics, layout.Query, contextLength);
            if (layout.HasSquare)
            {
                GramSums.Divide<TLane, TScalar>(statistics + layout.Square, 1, contextLength);
            }

            GramSums.Copy(statistics + layout.Query, scratch.Pointer + ((long)contextLength * (d + 1)), d);
        }

        GC.KeepAlive(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BuildBlock(PromptBatch batch, int begin, int end, int examples, TScalar* statistics)
    {
        int lanes = Bundle.Lanes<TScalar>();
        GramLayout layout = _layout;
        Scratch scratch = _scratch.Rent();
        for (int first = begin; first < end; first += ReadingRoom.Prompts)
        {
            PromptView view = batch.Read(first, Math.Min(end, first + ReadingRoom.Prompts), scratch.Room);
            int wholeBundles = (view.Count + lanes - 1) / lanes * lanes;
            for (int prompt = 0; prompt < wholeBundles; prompt += TLane.Count)
            {
                // Where a bundle is one share the sums are where they belong, otherwise they are put there entry by entry.
                int place = first + prompt;
                TScalar* entries = statistics + ((long)(place / lanes) * layout.Stride * lanes) + (place % lanes);
                if (prompt + TLane.Count <= view.Count && IsPlainFive(view, batch.Maps, layout))
                {
                    BuildFive(view, prompt, examples, entries, lanes, layout, scratch);
                    continue;
                }

                bool isWhole = TLane.Count == lanes;
                TLane* sums = isWhole ? (TLane*)entries : scratch.Sums;
                BuildShare(view, prompt, examples, batch.Maps, sums, layout, scratch);
                for (int i = 0; !isWhole && i < layout.Stride; i++)
                {
                    *(TLane*)(entries + ((long)i * lanes)) = sums[i];
                }
            }
        }

        _scratch.Return(scratch);
    }

    /// <summary>Whether <see cref="GramSumsOfFive"/> has the sums, whose vectors stand for these lanes.</summary>
    private static bool IsOfFive(in PromptView view)
        => (typeof(TLane) == typeof(SingleLanes) || typeof(TLane) == typeof(SingleHalfLanes))
            && view.Dimension == GramSumsOfFive.Dimension && GramSumsOfFive.IsSupported;

    /// <summary>Whether it has all of the statistics.</summary>
    private static bool IsPlainFive(in PromptView view, PromptMaps? maps, GramLayout layout)
        => IsOfFive(view) && view.Labels is null && maps is null && !layout.HasSquare && !layout.HasDeviation;

    /// <summary>Statistics of dimension 5 and as many prompts as there are lanes, to where they belong.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BuildFive(
        in PromptView view, int first, int examples, TScalar* entries, int width, GramLayout layout, Scratch scratch)
    {
        float* sums = (float*)entries;
        MeansOfFive(view, first, view.Noise, view.ContextLength, examples, sums, sums + (layout.Query * width), width, scratch);
        LabelsOfFive(sums, width, scratch, view.Noise is not null);
    }

    /// <summary>The statistics of a view's prompts from a first one on, zeros in lanes beyond its last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BuildShare(
        in PromptView view, int first, int examples, PromptMaps? maps, TLane* sums, GramLayout layout, Scratch scratch)
    {
        int d = view.Dimension;
        float** rows = stackalloc float*[TLane.Count];
        Rows where = new(rows, scratch.Zeros, first, Math.Clamp(view.Count - first, 0, TLane.Count));

        // Labels, or the noise that is added to wᵀx.
        float* ofContext = view.Labels is not null ? view.Labels : view.Noise;
        int strideOfContext = view.Labels is not null ? view.LabelStride : view.ContextLength;
        bool areFive = IsOfFive(view);
        if (areFive && where.Prompts == TLane.Count)
        {
            MeansOfFive(
                view, first, ofContext, strideOfContext, examples, (float*)sums, (float*)scratch.Query, TLane.Count, scratch);
        }
        else
        {
            Means(view, where, ofContext, strideOfContext, examples, sums, layout, scratch);
        }

        if (layout.HasSquare && ofContext is not null)
        {
            MeanOfSquares(where, ofContext, strideOfContext, examples, sums + layout.Square, scratch);
        }

        if (maps is not null)
        {
            scratch.Rotation.Rotate(maps, sums, ofContext is null ? null : sums + layout.Cross, scratch.Query, scratch.Task);
        }

        GramSums.Copy(sums + layout.Query, scratch.Query, d);
        if (view.Labels is null && areFive && !layout.HasSquare)
        {
            LabelsOfFive((float*)sums, TLane.Count, scratch, ofContext is not null);
        }
        else if (view.Labels is null)
        {
            GramSums.LinearLabels<TLane, TScalar>(sums, layout, scratch.Task, isAdded: ofContext is not null);
        }
        else
        {
            LaneTransposer.Transpose<TLane, TScalar>(where.Of(view.Labels + view.ContextLength, view.LabelStride), 1, scratch.Labels);
            sums[layout.Label] = scratch.Labels[0];
        }

        if (layout.HasDeviation)
        {
            GramSums.Clear<TLane, TScalar>(scratch.Labels, 1);
            if (view.Deviations is not null)
            {
                LaneTransposer.Transpose<TLane, TScalar>(where.Of(view.Deviations, 1), 1, scratch.Labels);
            }

            sums[layout.Deviation] = scratch.Labels[0];
        }
    }

    /// <summary>G, x_q and w, and (1/N) Σ x y where there are labels or noise, of any dimension and any number of prompts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Means(
        in PromptView view, Rows where, float* labels, int strideOfLabels, int examples, TLane* sums, GramLayout layout, Scratch scratch)
    {
        int d = view.Dimension;
        if (scratch.ByPrompt is { } byPrompt)
        {
            AddPromptByPrompt(view, where, labels, strideOfLabels, examples, sums, byPrompt);
        }
        else
        {
            AddSideBySide(view, where, labels, strideOfLabels, examples, sums, layout, scratch);
        }

        GramSums.Divide<TLane, TScalar>(sums, layout.Query, examples);
        LaneTransposer.Transpose<TLane, TScalar>(where.Of(view.Queries, view.QueryStride), d, scratch.Query);
        LaneTransposer.Transpose<TLane, TScalar>(where.Of(view.Tasks, view.TaskStride), d, scratch.Task);
    }

    /// <summary>Σ x xᵀ, and Σ x y where there are labels or noise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddSideBySide(
        in PromptView view, Rows where, float* labels, int strideOfLabels, int examples, TLane* sums, GramLayout layout, Scratch scratch)
    {
        int d = view.Dimension;
        GramSums.Clear<TLane, TScalar>(sums, layout.Query);
        for (int n = 0; n < examples; n += Chunk)
        {
            int tokens = Math.Min(Chunk, examples - n);
            LaneTransposer.Transpose<TLane, TScalar>(where.Of(view.Context + (n * d), view.ContextStride), tokens * d, scratch.Tokens);
            GramSums.AddTokens<TLane, TScalar>(sums, scratch.Tokens, d, tokens, d);
            if (labels is not null)
            {
                LaneTransposer.Transpose<TLane, TScalar>(where.Of(labels + n, strideOfLabels), tokens, scratch.Labels);
                GramSums.AddLabels<TLane, TScalar>(sums + layout.Cross, scratch.Tokens, d, scratch.Labels, 1, tokens, d);
            }
        }
    }

    /// <summary>The same of large dimensions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPromptByPrompt(
        in PromptView view, Rows where, float* labels, int strideOfLabels, int examples, TLane* sums, SumsByPrompt<TLane, TScalar> byPrompt)
    {
        for (int lane = 0; lane < where.Prompts; lane++)
        {
            long prompt = where.First + lane;
            byPrompt.Add(
                lane,
                view.Context + (prompt * view.ContextStride),
                labels is null ? null : labels + (prompt * strideOfLabels),
                examples);
        }

        for (int lane = where.Prompts; lane < TLane.Count; lane++)
        {
            byPrompt.Clear(lane);
        }

        byPrompt.Turn(sums);
    }

    /// <summary>
    /// G, x_q and w of dimension 5 and as many prompts as there are lanes, eight at a time; sums and x_q with so many numbers from one
    /// entry to the next, w as the lanes have it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MeansOfFive(
        in PromptView view, int first, float* labels, int strideOfLabels, int examples, float* sums, float* query, int width,
        Scratch scratch)
    {
        for (int lane = 0; lane < TLane.Count; lane += GramSumsOfFive.Prompts)
        {
            long prompt = first + lane;
            GramSumsOfFive.Means(
                view.Context + (prompt * view.ContextStride),
                view.ContextStride,
                labels is null ? null : labels + (prompt * strideOfLabels),
                strideOfLabels,
                examples,
                sums + lane,
                width);
            GramSumsOfFive.Turn(view.Queries + (prompt * view.QueryStride), view.QueryStride, query + lane, width);
            GramSumsOfFive.Turn(view.Tasks + (prompt * view.TaskStride), view.TaskStride, (float*)scratch.Task + lane, TLane.Count);
        }
    }

    /// <summary>g = G w and wᵀx_q of dimension 5.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LabelsOfFive(float* sums, int width, Scratch scratch, bool isAdded)
    {
        for (int lane = 0; lane < TLane.Count; lane += GramSumsOfFive.Prompts)
        {
            GramSumsOfFive.LinearLabels(sums + lane, width, (float*)scratch.Task + lane, TLane.Count, isAdded);
        }
    }

    /// <summary>(1/N) Σ y² of labels, or of their noise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MeanOfSquares(Rows where, float* labels, int strideOfLabels, int examples, TLane* square, Scratch scratch)
    {
        GramSums.Clear<TLane, TScalar>(square, 1);
        for (int n = 0; n < examples; n += Chunk)
        {
            int tokens = Math.Min(Chunk, examples - n);
            LaneTransposer.Transpose<TLane, TScalar>(where.Of(labels + n, strideOfLabels), tokens, scratch.Labels);
            GramSums.AddSquares<TLane, TScalar>(square, scratch.Labels, 1, tokens);
        }

        GramSums.Divide<TLane, TScalar>(square, 1, examples);
    }

    /// <summary>Where the numbers of each lane's prompt begin; those of lanes without one are zeros.</summary>
    private readonly struct Rows(float** rows, float* zeros, int first, int prompts)
    {
        /// <summary>The first lane's prompt.</summary>
        public int First => first;

        /// <summary>How many lanes have a prompt.</summary>
        public int Prompts => prompts;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public float** Of(float* start, long stride)
        {
            for (int lane = 0; lane < TLane.Count; lane++)
            {
                rows[lane] = lane < prompts ? start + ((first + lane) * stride) : zeros;
            }

            return rows;
        }
    }

    /// <summary>A worker's room, with the 16 columns that a transposition may write too many.</summary>
    private sealed class Scratch
    {
        private const int Extra = 16;

        private readonly AlignedBuffer<TLane> _lanes;
        private readonly AlignedBuffer<float> _zeros;

        public Scratch(GramLayout layout)
        {
            int d = layout.Dimension;
            _zeros = new((Chunk * d) + Extra);
            _lanes = new((Chunk * (d + 1L)) + (2L * d) + (4L * Extra) + layout.Stride);
            Rotation = new(d);
            ByPrompt = SumsByPrompt<TLane, TScalar>.AreFor(d) ? new(d) : null;
            Tokens = _lanes.Pointer;
            Labels = Tokens + (Chunk * d) + Extra;
            Query = Labels + Chunk + Extra;
            Task = Query + d + Extra;
            Sums = Task + d + Extra;
        }

        public ReadingRoom Room { get; } = new();

        public LaneRotation<TLane, TScalar> Rotation { get; }

        /// <summary>Where they are taken prompt by prompt.</summary>
        public SumsByPrompt<TLane, TScalar>? ByPrompt { get; }

        public float* Zeros => _zeros.Pointer;

        public TLane* Tokens { get; }

        public TLane* Labels { get; }

        public TLane* Query { get; }

        public TLane* Task { get; }

        public TLane* Sums { get; }
    }
}
