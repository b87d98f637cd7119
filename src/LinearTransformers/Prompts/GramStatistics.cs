using LinearTransformers.Numerics;

namespace LinearTransformers.Prompts;

/// <summary>
/// All that the loss of a linear transformer depends on, for each prompt of a batch: G = (1/N) Σ x xᵀ,
/// g = (1/N) Σ x y, the query x_q and its label. Where matrices see labels, (1/N) Σ y² too; and for what knows the noise of labels, its
/// standard deviation σ. Prompts lie side by side in bundles.
/// </summary>
/// <typeparam name="T">float (bundles of 16) or double (bundles of 8).</typeparam>
public sealed unsafe class GramStatistics<T>
    where T : unmanaged
{
    private readonly AlignedBuffer<T> _memory;
    private readonly IGramBuilder<T> _builder;
    private KnownStatistics<T>? _known;

    /// <summary>Room for batches of this size; nothing computed yet.</summary>
    public GramStatistics(int batchSize, int dimension)
        : this(batchSize, dimension, null)
    {
    }

    /// <summary>Room for batches of this size; nothing computed yet.</summary>
    /// <param name="batchSize">B.</param>
    /// <param name="dimension">d.</param>
    /// <param name="hasSquares">Whether (1/N) Σ y² is to be among them, which models of full matrices need.</param>
    /// <param name="hasDeviations">Whether σ of each prompt is to be among them, which baselines that know it need.</param>
    public GramStatistics(int batchSize, int dimension, bool hasSquares, bool hasDeviations = false)
        : this(batchSize, dimension, null, hasSquares, hasDeviations)
    {
    }

    internal GramStatistics(int batchSize, int dimension, LaneWidth? width, bool hasSquares = false, bool hasDeviations = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        BatchSize = batchSize;
        Dimension = dimension;
        HasSquares = hasSquares;
        HasDeviations = hasDeviations;
        Bundles = (batchSize + Lanes - 1) / Lanes;
        _memory = new((long)Bundles * Lanes * Layout.Stride);
        _builder = (IGramBuilder<T>)LaneChoice.Create<T, object>(new Builders(Layout), width);
    }

    /// <summary>B.</summary>
    public int BatchSize { get; }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>Whether (1/N) Σ y² is among them.</summary>
    public bool HasSquares { get; }

    /// <summary>Whether the standard deviation σ of the noise of each prompt's labels is among them.</summary>
    public bool HasDeviations { get; }

    /// <summary>N, or the number of first examples that were asked for: what these are means over. 0 before anything is computed.</summary>
    public int ContextLength { get; private set; }

    /// <summary>Whether they were computed in single precision, whatever they are kept in.</summary>
    internal bool AreSingle { get; private set; } = typeof(T) == typeof(float);

    /// <summary>Bundles; lanes beyond the last prompt hold zeros and add nothing to any sum.</summary>
    internal int Bundles { get; }

    internal GramLayout Layout => new(Dimension, HasSquares, HasDeviations);

    internal T* Pointer => _memory.Pointer;

    private static int Lanes => Bundle.Lanes<T>();

    /// <summary>Computes the statistics of a batch.</summary>
    /// <param name="batch">Of this size and dimension.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public void Compute(PromptBatch batch, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Settings.BatchSize != BatchSize || batch.Settings.Dimension != Dimension)
        {
            throw new ArgumentException(
                $"a batch of {batch.Settings.BatchSize} prompts of dimension {batch.Settings.Dimension} does not fit statistics for "
                    + $"{BatchSize} of dimension {Dimension}");
        }

        Build(batch, batch.Settings.ContextLength, team);
    }

    /// <summary>
    /// Computes the statistics of the first prompts of a batch, as many as there is room for, as if the context of each
    /// had only its first examples: G = (1/M) Σ_{i≤M} x_i x_iᵀ, g = (1/M) Σ_{i≤M} x_i y_i for M examples.
    /// </summary>
    /// <param name="batch">Of this dimension, and of this size or a larger one.</param>
    /// <param name="examples">M, from 1 to the context length N.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public void ComputeFirst(PromptBatch batch, int examples, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(examples, batch.Settings.ContextLength);
        if (batch.Settings.BatchSize < BatchSize || batch.Settings.Dimension != Dimension)
        {
            throw new ArgumentException(
                $"a batch of {batch.Settings.BatchSize} prompts of dimension {batch.Settings.Dimension} has no {BatchSize} prompts of "
                    + $"dimension {Dimension}");
        }

        Build(batch, examples, team);
    }

    /// <summary>The statistics of prompts given in the published layout, whatever made them.</summary>
    /// <param name="z">Z, [B, N + 1, d + 1]; what stands in place of the query's label is not read.</param>
    /// <param name="y">The queries' labels, [B].</param>
    /// <param name="dimension">d.</param>
    /// <param name="hasSquares">Whether (1/N) Σ y² is to be among them.</param>
    /// <param name="deviations">
    /// σ, the standard deviation of the noise of each prompt's labels, [B]; left out where it is not known.
    /// </param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static GramStatistics<T> FromTokens(
        ReadOnlySpan<T> z, ReadOnlySpan<T> y, int dimension, bool hasSquares = false, ReadOnlySpan<T> deviations = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        int tokens = y.Length == 0 ? 0 : z.Length / y.Length / (dimension + 1);
        if (tokens < 2 || z.Length != y.Length * tokens * (dimension + 1))
        {
            throw new ArgumentException($"Z of {z.Length} numbers is not [{y.Length}, N + 1, {dimension + 1}] for any N ≥ 1");
        }

        if (!deviations.IsEmpty && deviations.Length != y.Length)
        {
            throw new ArgumentException($"{deviations.Length} standard deviations do not fit {y.Length} prompts: each has one");
        }

        GramStatistics<T> statistics = new(y.Length, dimension, hasSquares, hasDeviations: !deviations.IsEmpty)
        {
            ContextLength = tokens - 1,
        };
        fixed (T* pointer = z, labels = y, noise = deviations)
        {
            if (typeof(T) == typeof(float))
            {
                GramBuilder<SingleLanes, float>.BuildFromTokens(
                    (SingleLanes*)statistics.Pointer, (float*)pointer, (float*)labels, (float*)noise, y.Length, tokens - 1,
                    statistics.Layout);
            }
            else
            {
                GramBuilder<DoubleLanes, double>.BuildFromTokens(
                    (DoubleLanes*)statistics.Pointer, (double*)pointer, (double*)labels, (double*)noise, y.Length, tokens - 1,
                    statistics.Layout);
            }
        }

        GC.KeepAlive(statistics);
        return statistics;
    }

    /// <summary>The queries' labels y_q, [B].</summary>
    internal void CopyLabels(Span<T> labels)
    {
        for (int prompt = 0; prompt < BatchSize; prompt++)
        {
            labels[prompt] = Entry(prompt, Layout.Label);
        }

        GC.KeepAlive(this);
    }

    /// <summary>
    /// Room for the residuals of baselines on these statistics, column by column, [columns, B]; null where nobody wants them.
    /// </summary>
    internal double[][]? Residuals { get; init; }

    /// <summary>The same prompts, whose queries are one axis and have the label 0; baselines' residuals on them are kept.</summary>
    /// <param name="axis">The entry of x_q that is 1; −1 leaves queries and labels as they are.</param>
    /// <param name="columns">Columns of residuals.</param>
    internal GramStatistics<T> KeepingResiduals(int axis, int columns)
    {
        GramStatistics<T> copy = new(BatchSize, Dimension, HasSquares, HasDeviations)
        {
            ContextLength = ContextLength,
            AreSingle = AreSingle,
            Residuals = [.. Enumerable.Range(0, columns).Select(_ => new double[BatchSize])],
        };
        _memory.Span.CopyTo(copy._memory.Span);
        for (int prompt = 0; axis >= 0 && prompt < BatchSize; prompt++)
        {
            for (int i = 0; i < Dimension; i++)
            {
                copy.Entry(prompt, Layout.Query + i) = i == axis ? One : default;
            }

            copy.Entry(prompt, Layout.Label) = default;
        }

        GC.KeepAlive(copy);
        return copy;
    }

    private static T One => typeof(T) == typeof(float) ? (T)(object)1f : (T)(object)1.0;

    /// <summary>An entry of a prompt, while the statistics are kept alive.</summary>
    private ref T Entry(int prompt, int entry)
        => ref Pointer[((((long)(prompt / Lanes) * Layout.Stride) + entry) * Lanes) + (prompt % Lanes)];

    private void Build(PromptBatch batch, int examples, WorkerTeam? team)
    {
        if (batch.Statistics is { } known)
        {
            if (examples < batch.Settings.ContextLength)
            {
                throw new InvalidOperationException("the batch has been drawn as statistics of whole contexts: parts of them have none");
            }

            (_known ??= new(Layout)).Build(known, batch.Maps, batch.Settings.ContextLength, this, team);
        }
        else
        {
            _builder.Build(batch, BatchSize, examples, Pointer, team);
        }

        ContextLength = examples;
        AreSingle = typeof(T) == typeof(float) || batch.Statistics is not null;
        GC.KeepAlive(this);
    }

    private sealed class Builders(GramLayout layout) : ILaneFactory<object>
    {
        public object Create<TLane, TNumber>()
            where TLane : unmanaged, ILane<TLane, TNumber>
            where TNumber : unmanaged, System.Numerics.INumberBase<TNumber>
            => new GramBuilder<TLane, TNumber>(layout);
    }
}
