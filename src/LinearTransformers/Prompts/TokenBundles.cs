using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Reading;

namespace LinearTransformers.Prompts;

/// <summary>
/// The tokens of a batch with prompts side by side in bundles, for models that look at each of them: Z row by row, d covariates and
/// the label, a zero in place of the query's, and then the query's label.
/// </summary>
/// <typeparam name="T">float (bundles of 16) or double (bundles of 8).</typeparam>
public sealed unsafe class TokenBundles<T>
    where T : unmanaged, INumberBase<T>
{
    private readonly AlignedBuffer<T> _memory;
    private readonly ScratchPool<Scratch> _scratch;

    /// <summary>Room for batches of this size; nothing in it yet.</summary>
    public TokenBundles(int batchSize, int contextLength, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        (BatchSize, ContextLength, Dimension) = (batchSize, contextLength, dimension);
        Bundles = (batchSize + Lanes - 1) / Lanes;
        _memory = new((long)Bundles * Lanes * Stride);
        _scratch = new(() => new Scratch(contextLength, dimension));
    }

    /// <summary>B.</summary>
    public int BatchSize { get; }

    /// <summary>N.</summary>
    public int ContextLength { get; }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>Bundles; lanes beyond the last prompt hold zeros.</summary>
    internal int Bundles { get; }

    /// <summary>Entries of a prompt: (N + 1)(d + 1), and the query's label.</summary>
    internal int Stride => ((ContextLength + 1) * (Dimension + 1)) + 1;

    internal T* Pointer => _memory.Pointer;

    private static int Lanes => Bundle.Lanes<T>();

    /// <summary>Lays the tokens of a batch side by side.</summary>
    /// <param name="batch">Of this size, context length and dimension.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public void Fill(PromptBatch batch, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!Fits(batch))
        {
            throw new ArgumentException(
                $"a batch of {batch.Settings.BatchSize} prompts of {batch.Settings.ContextLength} examples in "
                    + $"{batch.Settings.Dimension} dimensions does not fit {BatchSize} of {ContextLength} in {Dimension}");
        }

        if (team is null)
        {
            for (int bundle = 0; bundle < Bundles; bundle++)
            {
                FillBundle(batch, bundle);
            }
        }
        else
        {
            team.For(Bundles, bundle => FillBundle(batch, bundle));
        }

        GC.KeepAlive(batch);
        GC.KeepAlive(this);
    }

    /// <summary>From prompts in the published layout: Z [B, N + 1, d + 1] and y [B].</summary>
    public static TokenBundles<T> FromTokens(ReadOnlySpan<T> z, ReadOnlySpan<T> y, int batchSize, int contextLength, int dimension)
    {
        TokenBundles<T> bundles = new(batchSize, contextLength, dimension);
        int length = bundles.Stride - 1;
        if (z.Length != batchSize * length || y.Length != batchSize)
        {
            throw new ArgumentException(
                $"{z.Length} tokens' entries and {y.Length} labels do not fit {batchSize} prompts of {length} entries");
        }

        for (int b = 0; b < batchSize; b++)
        {
            T* prompt = bundles.Pointer + (((long)(b / Lanes) * bundles.Stride * Lanes) + (b % Lanes));
            for (int i = 0; i < length; i++)
            {
                prompt[i * Lanes] = z[(b * length) + i];
            }

            prompt[length * Lanes] = y[b];
        }

        GC.KeepAlive(bundles);
        return bundles;
    }

    /// <summary>The queries' labels y_q, [B].</summary>
    internal void CopyLabels(Span<T> labels)
    {
        for (int prompt = 0; prompt < BatchSize; prompt++)
        {
            labels[prompt] = Pointer[((((long)(prompt / Lanes) * Stride) + Stride - 1) * Lanes) + (prompt % Lanes)];
        }

        GC.KeepAlive(this);
    }

    /// <summary>Whether a batch is of this size, context length and dimension.</summary>
    internal bool Fits(PromptBatch batch)
        => batch.Settings.BatchSize == BatchSize && batch.Settings.ContextLength == ContextLength && batch.Settings.Dimension == Dimension;

    private void FillBundle(PromptBatch batch, int bundle)
    {
        Scratch scratch = _scratch.Rent();
        PromptView prompts = batch.Read(bundle * Lanes, Math.Min(BatchSize, (bundle + 1) * Lanes), scratch.Room);
        T* entries = Pointer + ((long)bundle * Stride * Lanes);
        if (typeof(T) == typeof(float))
        {
            FillSideBySide(prompts, batch.Maps, scratch, (SingleLanes*)entries);
        }
        else
        {
            FillOneByOne(prompts, batch.Maps, scratch, entries);
        }

        _scratch.Return(scratch);
    }

    private void FillOneByOne(in PromptView prompts, PromptMaps? maps, Scratch scratch, T* entries)
    {
        for (int lane = 0; lane < prompts.Count; lane++)
        {
            float label = LabeledPrompt.Write(prompts, lane, maps, scratch.Prompt);
            for (int i = 0; i < Stride - 1; i++)
            {
                entries[(i * Lanes) + lane] = T.CreateTruncating(scratch.Prompt[i]);
            }

            entries[((Stride - 1) * Lanes) + lane] = T.CreateTruncating(label);
        }
    }

    /// <summary>
    /// The same for single precision, all prompts of a bundle at once: the steps, and the bits, that each would take alone.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillSideBySide(in PromptView prompts, PromptMaps? maps, Scratch scratch, SingleLanes* entries)
    {
        int d = Dimension;
        int n = ContextLength;
        float** rows = stackalloc float*[SingleLanes.Count];
        int count = prompts.Count;
        Rows(prompts.Context, prompts.ContextStride);
        LaneTransposer.Transpose<SingleLanes, float>(rows, n * d, scratch.Covariates);
        Rows(prompts.Queries, prompts.QueryStride);
        LaneTransposer.Transpose<SingleLanes, float>(rows, d, scratch.Covariates + (n * d));
        SingleLanes* task = scratch.Task;
        bool isLinear = prompts.Labels is null;
        if (isLinear)
        {
            Rows(prompts.Tasks, prompts.TaskStride);
            LaneTransposer.Transpose<SingleLanes, float>(rows, d, scratch.Standard);
            if (prompts.Noise is not null)
            {
                Rows(prompts.Noise, n);
                LaneTransposer.Transpose<SingleLanes, float>(rows, n, scratch.Labels);
            }

            Map(maps is null ? default : maps.Tasks, scratch.Standard, task, d);
        }
        else
        {
            Rows(prompts.Labels, prompts.LabelStride);
            LaneTransposer.Transpose<SingleLanes, float>(rows, n + 1, scratch.Labels);
        }

        ReadOnlySpan<float> forward = maps is null ? default : maps.Covariates;
        for (int token = 0; token <= n; token++, entries += d + 1)
        {
            Map(forward, scratch.Covariates + (token * d), entries, d);
            SingleLanes label = SingleLanes.Zero;
            if (isLinear)
            {
                for (int i = 0; i < d; i++)
                {
                    SingleLanes.Accumulate(task[i], entries[i], ref label);
                }
            }
            else
            {
                label = scratch.Labels[token];
            }

            entries[d] = token == n ? SingleLanes.Zero
                : prompts.Noise is null ? label
                : label + scratch.Labels[token];
            if (token == n)
            {
                entries[d + 1] = label;
            }
        }

        void Rows(float* start, long stride)
        {
            for (int lane = 0; lane < SingleLanes.Count; lane++)
            {
                rows[lane] = lane < count ? start + (lane * stride) : scratch.Zeros;
            }
        }
    }

    /// <summary>C x, or x where there is no C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map(ReadOnlySpan<float> matrix, SingleLanes* x, SingleLanes* result, int d)
    {
        for (int i = 0; i < d; i++)
        {
            SingleLanes entry = x[i];
            if (!matrix.IsEmpty)
            {
                entry = SingleLanes.Zero;
                for (int j = 0; j < d; j++)
                {
                    SingleLanes.Accumulate(SingleLanes.Broadcast(matrix[(i * d) + j]), x[j], ref entry);
                }
            }

            result[i] = entry;
        }
    }

    /// <summary>A worker's room, with the columns that a transposition may write too many.</summary>
    private sealed class Scratch
    {
        private const int Extra = 16;

        private readonly AlignedBuffer<SingleLanes> _lanes;
        private readonly AlignedBuffer<float> _zeros;

        public Scratch(int contextLength, int d)
        {
            int covariates = ((contextLength + 1) * d) + Extra;
            _zeros = new(Math.Max(covariates, contextLength + 1 + Extra));
            _lanes = new(covariates + (contextLength + 1L) + (2L * d) + (3L * Extra));
            Covariates = _lanes.Pointer;
            Labels = Covariates + covariates;
            Standard = Labels + contextLength + 1 + Extra;
            Task = Standard + d + Extra;
            Prompt = new float[(contextLength + 1) * (d + 1)];
        }

        public ReadingRoom Room { get; } = new();

        public float[] Prompt { get; }

        public float* Zeros => _zeros.Pointer;

        public SingleLanes* Covariates { get; }

        public SingleLanes* Labels { get; }

        public SingleLanes* Standard { get; }

        public SingleLanes* Task { get; }
    }
}
