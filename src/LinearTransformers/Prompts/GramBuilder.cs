using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Covariances;

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

    /// <summary>So few that their numbers are still in the first-level cache when they are added up; a part of a block.</summary>
    private const int PromptsFinishedAtOnce = 16;

    private readonly ScratchPool<Scratch> _scratch;

    public GramBuilder(int dimension) => _scratch = new(() => new Scratch(dimension));

    /// <inheritdoc/>
    public void Build(PromptBatch batch, int prompts, int examples, TScalar* statistics, WorkerTeam? team)
    {
        if (prompts < batch.Settings.BatchSize)
        {
            batch.Finish(team);
        }

        int lanes = Bundle.Lanes<TScalar>();
        int bundles = (prompts + lanes - 1) / lanes;
        int block = team is null ? bundles : BlockOfPrompts / lanes;
        int blocks = (bundles + block - 1) / block;
        if (blocks == 1)
        {
            BuildBlock(batch, prompts, examples, statistics, 0, bundles);
        }
        else
        {
            team!.For(blocks, index => BuildBlock(
                batch, prompts, examples, statistics, index * block, Math.Min(bundles, (index + 1) * block)));
        }

        batch.EndOfFinishing();
        GC.KeepAlive(batch);
    }

    /// <summary>From prompts in the published layout: no assumption on labels.</summary>
    public static void BuildFromTokens(TLane* statistics, TScalar* z, TScalar* y, int batchSize, int contextLength, int d)
    {
        GramLayout layout = new(d);
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
            }

            GramSums.Clear<TLane, TScalar>(statistics, layout.Query);
            GramSums.AddTokens<TLane, TScalar>(statistics, scratch.Pointer, d + 1, contextLength, d);
            GramSums.AddLabels<TLane, TScalar>(statistics + layout.Cross, scratch.Pointer, d + 1, scratch.Pointer + d, d + 1, contextLength, d);
            GramSums.Divide<TLane, TScalar>(statistics, layout.Query, contextLength);
            GramSums.Copy(statistics + layout.Query, scratch.Pointer + ((long)contextLength * (d + 1)), d);
        }

        GC.KeepAlive(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BuildBlock(PromptBatch batch, int prompts, int examples, TScalar* statistics, int begin, int end)
    {
        GramLayout layout = new(batch.Settings.Dimension);
        Scratch scratch = _scratch.Rent();
        float** rows = stackalloc float*[TLane.Count];
        float* room = scratch.Room(batch.RoomFor(PromptsFinishedAtOnce));
        float* covariates = batch.Context;
        int lanes = Bundle.Lanes<TScalar>();
        int shares = Bundle.Shares<TLane, TScalar>();
        for (int share = begin * shares; share < end * shares; share++)
        {
            int prompt = share * TLane.Count;
            if (batch.IsBegun && prompt % PromptsFinishedAtOnce == 0)
            {
                int last = Math.Min(prompts, prompt + PromptsFinishedAtOnce);
                batch.FinishPrompts(prompt, last);
                covariates = batch.CovariatesOf(prompt, last, room);
            }

            // Where a bundle is one share the sums are where they belong, otherwise they are put there entry by entry.
            TScalar* entries = statistics + ((long)(share / shares) * layout.Stride * lanes) + (share % shares * TLane.Count);
            TLane* sums = shares == 1 ? (TLane*)entries : scratch.Sums;
            BuildShare(batch, covariates, prompts, examples, sums, share, scratch, rows);
            for (int i = 0; shares > 1 && i < layout.Stride; i++)
            {
                *(TLane*)(entries + ((long)i * lanes)) = sums[i];
            }
        }

        _scratch.Return(scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BuildShare(PromptBatch batch, float* covariates, int prompts, int examples, TLane* sums, int share, Scratch scratch, float** rows)
    {
        int d = batch.Settings.Dimension;
        int contextLength = batch.Settings.ContextLength;
        GramLayout layout = new(d);
        GramSums.Clear<TLane, TScalar>(sums, layout.Query);
        for (int n = 0; n < examples; n += Chunk)
        {
            int tokens = Math.Min(Chunk, examples - n);
            Rows(covariates, batch.ContextStride, n * d);
            TokenTransposer.Transpose<TLane, TScalar>(rows, tokens * d, scratch.Tokens);
            GramSums.AddTokens<TLane, TScalar>(sums, scratch.Tokens, d, tokens, d);
            if (batch.HasExplicitLabels)
            {
                Rows(batch.Labels, contextLength + 1, n);
                TokenTransposer.Transpose<TLane, TScalar>(rows, tokens, scratch.Labels);
                GramSums.AddLabels<TLane, TScalar>(sums + layout.Cross, scratch.Tokens, d, scratch.Labels, 1, tokens, d);
            }
        }

        GramSums.Divide<TLane, TScalar>(sums, layout.Query, examples);
        Rows(covariates + batch.QueryOffset, batch.QueryStride, 0);
        TokenTransposer.Transpose<TLane, TScalar>(rows, d, scratch.Query);
        if (batch.HasExplicitLabels)
        {
            GramSums.Copy(sums + layout.Query, scratch.Query, d);
            Rows(batch.Labels, contextLength + 1, contextLength);
            TokenTransposer.Transpose<TLane, TScalar>(rows, 1, scratch.Labels);
            sums[layout.Label] = scratch.Labels[0];
            return;
        }

        Rows(batch.Tasks, d, 0);
        TokenTransposer.Transpose<TLane, TScalar>(rows, d, scratch.Task);
        if (batch.Settings.Covariance is { } covariance)
        {
            scratch.Rotate(covariance, sums);
        }

        GramSums.Copy(sums + layout.Query, scratch.Query, d);
        GramSums.LinearLabels<TLane, TScalar>(sums, scratch.Task, d);

        void Rows(float* start, long stride, int offset)
        {
            int lanes = Math.Min(TLane.Count, prompts - (share * TLane.Count));
            for (int lane = 0; lane < TLane.Count; lane++)
            {
                rows[lane] = lane < lanes ? start + ((((long)share * TLane.Count) + lane) * stride) + offset : scratch.Zeros;
            }
        }
    }

    /// <summary>A worker's room, with the 16 columns that a transposition may write too many.</summary>
    internal sealed class Scratch
    {
        private const int Extra = 16;

        private readonly AlignedBuffer<TLane> _lanes;
        private readonly AlignedBuffer<float> _zeros;
        private readonly AlignedBuffer<TScalar> _scalars;
        private readonly int _d;
        private AlignedBuffer<float>? _room;

        public Scratch(int dimension)
        {
            _d = dimension;
            int matrix = _d * _d;
            _zeros = new((Chunk * _d) + Extra);
            _scalars = new(2L * matrix);
            _lanes = new((Chunk * (_d + 1L)) + (2L * _d) + (4L * Extra) + (2L * matrix) + _d + new GramLayout(_d).Stride);
            Tokens = _lanes.Pointer;
            Labels = Tokens + (Chunk * _d) + Extra;
            Query = Labels + Chunk + Extra;
            Task = Query + _d + Extra;
            Full = Task + _d + Extra;
            Sums = Full + (2 * matrix) + _d;
        }

        public float* Zeros => _zeros.Pointer;

        /// <summary>So many numbers' room, kept for the next time.</summary>
        public float* Room(int numbers)
        {
            if (numbers > (_room?.Length ?? 0))
            {
                _room = new(numbers);
            }

            return _room is null ? null : _room.Pointer;
        }

        public TLane* Tokens { get; }

        public TLane* Labels { get; }

        public TLane* Query { get; }

        public TLane* Task { get; }

        public TLane* Sums { get; }

        private TLane* Full { get; }

        /// <summary>G ← C G Cᵀ, x_q ← C x_q, w ← U D⁻¹ w.</summary>
        public void Rotate(Covariance covariance, TLane* triangle)
        {
            int d = _d;
            TScalar* forward = _scalars.Pointer;
            TScalar* inverse = forward + (d * d);
            for (int i = 0; i < d * d; i++)
            {
                forward[i] = TScalar.CreateTruncating(covariance.Forward[i]);
                inverse[i] = TScalar.CreateTruncating(covariance.Inverse[i]);
            }

            TLane* half = Full + (d * d);
            GramSums.Unpack(triangle, Full, d);
            LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, ParameterRows<TLane, TScalar, AnyDimension>, Rows<TLane, AnyDimension>, AnyDimension, AnyDimension, AnyDimension>(
                half, d, default, new(forward, d), new(Full, d), d, d, d);
            LaneProduct.MultiplySymmetric<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, AnyDimension>, ParameterColumns<TLane, TScalar, AnyDimension>>(
                Full, default, new(half, d), new(forward, d), d);
            GramSums.Pack(Full, triangle, d);
            Map(Query, forward, half);
            Map(Task, inverse, half);
        }

        private void Map(TLane* vector, TScalar* matrix, TLane* temporary)
        {
            LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, AnyDimension>, ParameterColumns<TLane, TScalar, AnyDimension>, AnyDimension, AnyDimension, AnyDimension>(
                temporary, _d, default, new(vector, _d), new(matrix, _d), 1, _d, _d);
            GramSums.Copy(vector, temporary, _d);
        }
    }
}
