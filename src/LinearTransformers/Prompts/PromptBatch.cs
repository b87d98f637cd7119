using LinearTransformers.Numerics;
using LinearTransformers.Random;
using LinearTransformers.Storage;

using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;

namespace LinearTransformers.Prompts;

/// <summary>
/// A batch of prompts as drawn: standard covariates ξ, and either a task vector ω for each prompt (labels are then
/// wᵀx) or explicit labels. The covariance is applied on the way out: x = U D ξ, w = U D⁻¹ ω. One batch's memory
/// serves all batches of a run.
/// </summary>
public sealed unsafe class PromptBatch
{
    /// <summary>Vectors may be read past the end of the last prompt.</summary>
    private const int Padding = 16;

    private readonly AlignedBuffer<float> _covariates;
    private readonly AlignedBuffer<float> _tasks;
    private AlignedBuffer<float>? _labels;
    private int _begunTasks;
    private int _begunContext;
    private int _begunQueries;
    private LentNormals? _lent;

    /// <summary>Room for batches of these settings; not drawn yet.</summary>
    /// <exception cref="ArgumentException">A setting makes no sense.</exception>
    public PromptBatch(PromptSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        Settings = settings;
        _covariates = new(((long)B * (N + 1) * Dimension) + Padding);
        _tasks = new(((long)B * Dimension) + Padding);
    }

    /// <summary>What the batch is made of.</summary>
    public PromptSettings Settings { get; }

    /// <summary>Whether labels are explicit rather than wᵀx.</summary>
    internal bool HasExplicitLabels => _labels is not null;

    internal float* Context => _covariates.Pointer;

    /// <summary>From one prompt's context to the next one's.</summary>
    internal int ContextStride { get; private set; }

    internal int QueryStride { get; private set; }

    internal float* Tasks => _tasks.Pointer;

    /// <summary>[B, N + 1], the query's label last.</summary>
    internal float* Labels => _labels is { } labels ? labels.Pointer : null;

    /// <summary>From where covariates begin to the first query.</summary>
    internal long QueryOffset { get; private set; }

    internal float* Queries => _covariates.Pointer + QueryOffset;

    private int B => Settings.BatchSize;

    private int N => Settings.ContextLength;

    private int Dimension => Settings.Dimension;

    /// <summary>
    /// A fresh batch, drawn as the published <c>generate_data</c> does: task vectors, context, queries; with a
    /// covariance the task vectors once more; then the gamma scales.
    /// </summary>
    /// <remarks>
    /// For the modes relu and mlp the published function draws those first all the same; then comes a network that is
    /// shared by the whole batch and new for every batch (or, with <see cref="Networks.NetworkSharing.Prompt"/>, one for each prompt). In mode mlp the published function forgets to return that
    /// data and goes on with the plain normal one: here it is used, as meant.
    /// </remarks>
    /// <param name="stream">Where it is drawn from.</param>
    /// <param name="team">Who shares the work on what does not depend on the order of draws; null for the caller alone.</param>
    public void Draw(IStream stream, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        UseSeparateQueries();
        NativeBatch? native = (stream as NativeStream)?.NextBatch();
        if ((Settings.Labels as FeatureLabels)?.Features(Dimension) is { } network)
        {
            DrawNormals();
            NetworkPrompts.LabelFeatures(this, network, team);
            return;
        }

        if (native is null)
        {
            stream.FillNormal(TaskSpan);
        }

        DrawNormals();
        switch (Settings.Mode)
        {
            case PromptMode.Relu:
                NetworkPrompts.DrawRelu(this, stream, Dimension);
                return;
            case PromptMode.Mlp:
                NetworkPrompts.DrawMlp(this, stream, Dimension);
                return;
        }

        if (Settings.Covariance is not null && native is null)
        {
            stream.FillNormal(TaskSpan);
        }

        if (Settings.Mode is PromptMode.Sphere or PromptMode.Gamma)
        {
            PromptBlocks.For(B, team, Normalize);
        }

        if (Settings.Mode is PromptMode.Gamma)
        {
            if (native is { } from)
            {
                NativePrompts.ScaleByGammas(this, from, team);
            }
            else
            {
                ScaleByGammas(stream);
            }
        }

        void DrawNormals()
        {
            if (native is { } from)
            {
                NativePrompts.DrawNormal(this, from, team);
            }
            else
            {
                DrawCovariates(stream);
                if (Settings.Labels is FeatureLabels)
                {
                    stream.FillNormal(TaskSpan);
                }
            }
        }
    }

    /// <summary>
    /// As much of <see cref="Draw"/> as has to be done in the stream's order; <see cref="Finish"/> does the rest. From the torch stream these are the draws themselves,
    /// which cost a third of what normals do.
    /// </summary>
    internal void Begin(IStream stream, WorkerTeam? team)
    {
        if (stream is not TorchStream torch || Settings.Mode is not (PromptMode.Normal or PromptMode.Sphere) || Settings.Labels is FeatureLabels)
        {
            Draw(stream, team);
            return;
        }

        UseSeparateQueries();
        IsBegun = true;
        _begunTasks = torch.BeginNormal(TaskSpan);
        _begunContext = torch.BeginNormal(ContextSpan);
        _begunQueries = torch.BeginNormal(QuerySpan);
        if (Settings.Covariance is not null)
        {
            _begunTasks = torch.BeginNormal(TaskSpan);
        }
    }

    /// <summary>Whether <see cref="Begin"/> or <see cref="BeginRefresh"/> left something to do: all that reads a batch has it done first.</summary>
    internal bool IsBegun { get; private set; }

    /// <summary>What <see cref="Begin"/> or <see cref="BeginRefresh"/> left to do.</summary>
    internal void Finish(WorkerTeam? team)
    {
        if (IsBegun)
        {
            PromptBlocks.For(B, team, (begin, end) =>
            {
                FinishPrompts(begin, end);
                CopyLent(begin, end, Context + ((long)begin * ContextStride));
            });
            EndOfFinishing();
        }
    }

    /// <summary>
    /// What is left to do of some prompts, of which the first is a multiple of 16, but for covariates that are lent, which <see cref="CovariatesOf"/> gets; each
    /// is to be finished once.
    /// </summary>
    internal void FinishPrompts(int begin, int end)
    {
        Finish(TaskSpan, Dimension, _begunTasks);
        if (_lent is not null)
        {
            return;
        }

        Finish(ContextSpan, N * Dimension, _begunContext);
        Finish(QuerySpan, Dimension, _begunQueries);
        if (Settings.Mode is PromptMode.Sphere)
        {
            Normalize(begin, end);
        }

        void Finish(Span<float> numbers, int ofPrompt, int begun)
        {
            int first = begin * ofPrompt;
            int last = Math.Min(end * ofPrompt, begun);
            if (first < last)
            {
                TorchGenerator.FinishNormal(numbers[first..last]);
            }
        }
    }

    /// <summary>Numbers that <see cref="CovariatesOf"/> needs room for.</summary>
    internal int RoomFor(int prompts) => _lent is null ? 0 : (prompts * (N + 1) * Dimension) + Padding;

    /// <summary>
    /// Where the covariates of some prompts are: in the batch, or, where they are lent, copied into a room. Prompt b's are <see cref="ContextStride"/> b from there,
    /// as in <see cref="Context"/>.
    /// </summary>
    internal float* CovariatesOf(int begin, int end, float* room)
    {
        if (_lent is null)
        {
            return _covariates.Pointer;
        }

        CopyLent(begin, end, room);
        return room - ((long)begin * ContextStride);
    }

    private void CopyLent(int begin, int end, float* destination)
        => _lent?.CopyTo(begin * ContextStride, new Span<float>(destination, (end - begin) * ContextStride));

    /// <summary>After all prompts have been finished.</summary>
    internal void EndOfFinishing() => (IsBegun, _lent) = (false, null);

    /// <summary>
    /// New normal covariates and task vectors in place, drawn as the published <c>generate_data_inplace</c> does:
    /// prompt by prompt, the query behind its context, one number at a time; then the task vectors. Whatever the
    /// mode was, the data is normal afterwards.
    /// </summary>
    /// <param name="stream">Where they are drawn from.</param>
    /// <param name="team">Who shares the work, where the stream allows it; null for the caller alone.</param>
    public void Refresh(IStream stream, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        UseQueriesBehindContexts();
        if (stream is NativeStream native)
        {
            NativePrompts.DrawNormal(this, native.NextBatch(), team);
            return;
        }

        stream.FillNormalView(_covariates.Span[..(B * (N + 1) * Dimension)]);
        stream.FillNormal(TaskSpan);
    }

    /// <summary>
    /// As <see cref="Refresh"/> for a batch that is read before the stream is drawn from again, and once: covariates that several runs share are read where they
    /// are made, prompt by prompt.
    /// </summary>
    internal void BeginRefresh(IStream stream, WorkerTeam? team)
    {
        if (stream is not TorchStream torch || torch.BorrowNormalView(B * (N + 1) * Dimension) is not { } lent)
        {
            Refresh(stream, team);
            return;
        }

        UseQueriesBehindContexts();
        IsBegun = true;
        _lent = lent;
        _begunTasks = torch.BeginNormal(TaskSpan);
    }

    /// <summary>
    /// The batch in the published layout: Z [B, N + 1, d + 1] with the label in the last column and a zero in place
    /// of the query's, and the query's label y [B].
    /// </summary>
    public (float[] Z, float[] Y) ToTokens()
    {
        int d = Dimension;
        float[] z = new float[B * (N + 1) * (d + 1)];
        float[] y = new float[B];
        float[] x = new float[d];
        float[] w = new float[d];
        for (int b = 0; b < B; b++)
        {
            MapTask(b, w);
            for (int n = 0; n <= N; n++)
            {
                MapCovariate(b, n, x);
                float label = HasExplicitLabels ? Labels[((long)b * (N + 1)) + n] : Dot(w, x);
                Span<float> row = z.AsSpan(((b * (N + 1)) + n) * (d + 1), d + 1);
                x.CopyTo(row);
                row[d] = n < N ? label : 0;
                y[b] = label;
            }
        }

        GC.KeepAlive(this);
        return (z, y);
    }

    /// <summary>w of a prompt.</summary>
    internal void MapTask(long prompt, Span<float> w)
        => Map(Settings.Covariance is { } covariance ? covariance.Inverse : default, Tasks + (prompt * Dimension), w);

    /// <summary>x of a token; number N is the query.</summary>
    internal void MapCovariate(long prompt, int token, Span<float> x)
    {
        float* covariate = token < N ? Context + (prompt * ContextStride) + (token * Dimension) : Queries + (prompt * QueryStride);
        Map(Settings.Covariance is { } covariance ? covariance.Forward : default, covariate, x);
    }

    /// <summary>The batch as drawn, for a snapshot of a run.</summary>
    internal IReadOnlyList<Tensor> Save() =>
    [
        Tensor.Vector("batch.covariates", _covariates.Span.ToArray()),
        Tensor.Vector("batch.tasks", _tasks.Span.ToArray()),
        Tensor.Scalar("batch.refreshed", QueryStride == Dimension ? 0L : 1L),
    ];

    /// <summary>Takes up what <see cref="Save"/> gave; batches with explicit labels are not refreshed, and so not saved.</summary>
    internal void Restore(TensorFile state)
    {
        state.Get<float>("batch.covariates", (int)_covariates.Length).Span.CopyTo(_covariates.Span);
        state.Get<float>("batch.tasks", (int)_tasks.Length).Span.CopyTo(_tasks.Span);
        if (state.GetScalar<long>("batch.refreshed") == 0)
        {
            UseSeparateQueries();
        }
        else
        {
            UseQueriesBehindContexts();
        }
    }

    internal Span<float> TaskSpan => _tasks.Span[..(B * Dimension)];

    internal Span<float> ContextSpan => _covariates.Span[..(B * N * Dimension)];

    internal Span<float> QuerySpan => _covariates.Span.Slice(B * N * Dimension, B * Dimension);

    internal void DrawCovariates(IStream stream)
    {
        stream.FillNormal(ContextSpan);
        stream.FillNormal(QuerySpan);
    }

    internal void UseSeparateQueries()
    {
        _labels = null;
        ContextStride = N * Dimension;
        QueryStride = Dimension;
        QueryOffset = (long)B * N * Dimension;
    }

    private void UseQueriesBehindContexts()
    {
        _labels = null;
        ContextStride = (N + 1) * Dimension;
        QueryStride = ContextStride;
        QueryOffset = N * Dimension;
    }

    internal Span<float> UseExplicitLabels()
    {
        _labels ??= new(((long)B * (N + 1)) + Padding);
        return _labels.Span[..(B * (N + 1))];
    }

    private void Normalize(int begin, int end)
    {
        Scale(ContextSpan[(begin * N * Dimension)..(end * N * Dimension)]);
        Scale(QuerySpan[(begin * Dimension)..(end * Dimension)]);

        void Scale(Span<float> covariates)
        {
            for (int i = 0; i < covariates.Length; i += Dimension)
            {
                Span<float> x = covariates.Slice(i, Dimension);
                float length = MathF.Sqrt(Dot(x, x));
                for (int j = 0; j < x.Length; j++)
                {
                    x[j] /= length;
                }
            }
        }
    }

    private void ScaleByGammas(IStream stream)
    {
        float[] gammas = new float[B * (N + 1)];
        double scale = Math.Sqrt(10 / ((GammaCovariates)Settings.Covariates).ShapeK);
        stream.FillGamma(gammas.AsSpan(0, B * N), ((GammaCovariates)Settings.Covariates).ShapeK, scale);
        stream.FillGamma(gammas.AsSpan(B * N), ((GammaCovariates)Settings.Covariates).ShapeK, scale);
        Span<float> all = _covariates.Span[..(B * (N + 1) * Dimension)];
        for (int i = 0; i < gammas.Length; i++)
        {
            float length = MathF.Sqrt(gammas[i]);
            foreach (ref float entry in all.Slice(i * Dimension, Dimension))
            {
                entry *= length;
            }
        }
    }

    private void Map(ReadOnlySpan<float> matrix, float* vector, Span<float> result)
    {
        int d = Dimension;
        ReadOnlySpan<float> x = new(vector, d);
        for (int i = 0; i < d; i++)
        {
            result[i] = matrix.IsEmpty ? x[i] : Dot(matrix.Slice(i * d, d), x);
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum = MathF.FusedMultiplyAdd(a[i], b[i], sum);
        }

        return sum;
    }
}
