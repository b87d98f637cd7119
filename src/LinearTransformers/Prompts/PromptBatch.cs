using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Prompts.Sources;
using LinearTransformers.Random;
using LinearTransformers.Storage;

namespace LinearTransformers.Prompts;

/// <summary>
/// A batch of prompts. It is used in two steps. <see cref="Draw(IStream)"/> and <see cref="Refresh(IStream)"/> advance a stream past the
/// batch, in the stream's order, by one thread, and keep what is needed to read it. Then any prompts may be read, by any threads, as often
/// as wanted, until the batch is advanced again. Prompts are standard ones, ξ and ω; the covariance is applied by what reads them: x = U D
/// ξ, w = U D⁻¹ ω. One batch's memory serves all batches of a run.
/// </summary>
public sealed unsafe class PromptBatch
{
    private readonly PromptParts _parts;
    private readonly ILabeler? _labeler;
    private readonly LabelNoise? _noise;
    private readonly PromptScales? _scales;
    private PromptSource? _source;
    private TapePrompts? _tape;

    /// <summary>Batches of these settings; not drawn yet.</summary>
    /// <exception cref="ArgumentException">A setting makes no sense.</exception>
    public PromptBatch(PromptSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        Settings = settings;
        _parts = new(
            settings.BatchSize,
            settings.ContextLength,
            settings.Dimension,
            settings.Covariates,
            settings.Tasks,
            settings.Labels,
            settings.Noise,
            settings.OwnCovariance,
            settings.TaskCovariance.IsInverse,
            settings.Covariance is not null);
        Maps = PromptMaps.Of(
            settings.Covariance, settings.TaskCovariance.IsInverse, settings.TaskCovariance.Of(), settings.Dimension);
        _noise = settings.Noise.IsZero ? null : new(_parts);
        _scales = settings.OwnCovariance is null ? null : new(_parts);
        _labeler = settings.Labels.IsLinear || settings.Labels.IsOfWholeBatch ? null : settings.Labels.Labeler(settings.Dimension);
    }

    /// <summary>What the batch is made of.</summary>
    public PromptSettings Settings { get; }

    /// <summary>What makes prompts of standard ones; null where they are.</summary>
    internal PromptMaps? Maps { get; }

    /// <summary>Statistics instead of prompts, where the batch was drawn as such; null where prompts can be read.</summary>
    internal WishartStatistics? Statistics { get; private set; }

    /// <summary>
    /// A fresh batch, drawn as the published <c>generate_data</c> does: task vectors, context, queries; with a
    /// covariance the task vectors once more; then the gamma scales.
    /// </summary>
    /// <remarks>
    /// Where a random network makes covariates or labels, the published function draws those first all the same; then comes a network that
    /// is shared by the whole batch and new for every batch (or, with <see cref="Networks.NetworkSharing.Prompt"/>, one for each prompt).
    /// With network covariates the published function forgets to return that data and goes on with the plain normal one: here it is used,
    /// as meant.
    /// </remarks>
    /// <param name="stream">Where it is drawn from.</param>
    public void Draw(IStream stream) => Draw(stream, statisticsSuffice: false);

    /// <summary>
    /// New normal covariates and task vectors, drawn as the published <c>generate_data_inplace</c> does:
    /// prompt by prompt, the query behind its context, one number at a time; then the task vectors. Whatever the law of
    /// covariates, these are normal afterwards, and labels of random networks linear.
    /// </summary>
    /// <param name="stream">Where they are drawn from.</param>
    public void Refresh(IStream stream) => Refresh(stream, isReadBeforeNextDraw: false);

    /// <summary>A batch of prompts of a set.</summary>
    /// <param name="set">The set, of the same settings but for its size, which is at least the batch's.</param>
    /// <param name="stream">What the choice is drawn from.</param>
    /// <exception cref="ArgumentException">The set is of other settings, or too small.</exception>
    public void Choose(DataSet set, IStream stream)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(stream);
        if (set.Settings with { BatchSize = Settings.BatchSize } != Settings || set.Settings.BatchSize < Settings.BatchSize)
        {
            throw new ArgumentException("the set is of other settings than the batch, or smaller", nameof(set));
        }

        int[] chosen = new int[Settings.BatchSize];
        set.Choose(stream, chosen);
        (_source, Statistics) = (set.Source(chosen), null);
    }

    /// <summary>As <see cref="Draw(IStream)"/>.</summary>
    /// <param name="stream">Where it is drawn from.</param>
    /// <param name="statisticsSuffice">
    /// Whether nothing but Gram statistics are wanted of it: where a stream can draw these themselves, it does.
    /// </param>
    internal void Draw(IStream stream, bool statisticsSuffice)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream is NativeStream native)
        {
            if (statisticsSuffice && _parts.HasKnownStatistics)
            {
                UseStatistics(native);
                return;
            }

            if (!_parts.IsOfWholeBatch)
            {
                Use<CounterPrompts>(() => new(_parts)).Draw(native, isPlain: false);
                DrawBehind(stream);
                return;
            }

            // The plain batch, of which nothing is read, counts as one.
            native.NextBatch();
        }

        Use<DrawnPrompts>(() => new(_parts)).Draw(stream, withPlainFirst: stream is not NativeStream);
        DrawBehind(stream);
    }

    /// <summary>As <see cref="Refresh(IStream)"/>.</summary>
    /// <param name="stream">Where they are drawn from.</param>
    /// <param name="isReadBeforeNextDraw">
    /// Whether the batch is not read any more once the stream is drawn from again: then what several runs share is not copied.
    /// </param>
    /// <param name="statisticsSuffice">
    /// Whether nothing but Gram statistics are wanted of it: where a stream can draw these themselves, it does.
    /// </param>
    internal void Refresh(IStream stream, bool isReadBeforeNextDraw, bool statisticsSuffice = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream is NativeStream native)
        {
            // Refreshed covariates are normal, so labels are all that statistics may not follow from.
            if (statisticsSuffice && _labeler is null)
            {
                UseStatistics(native);
                return;
            }

            Use<CounterPrompts>(() => new(_parts)).Draw(native, isPlain: true);
        }
        else if (isReadBeforeNextDraw && _noise is null && _scales is null && (_tape ??= new(_parts)).TryDraw(stream))
        {
            (_source, Statistics) = (_tape, null);
        }
        else
        {
            Use<RefreshedPrompts>(() => new(_parts)).Draw(stream);
        }

        DrawBehind(stream);
    }

    /// <summary>
    /// Reads prompts: standard covariates and task vectors, and labels, unless they are wᵀx. Pointers are into the batch's memory, which is
    /// to be kept alive, or into the room, and good until either is used anew.
    /// </summary>
    /// <param name="begin">The first one's number.</param>
    /// <param name="end">The number behind the last one's.</param>
    /// <param name="room">The reader's own.</param>
    internal PromptView Read(int begin, int end, ReadingRoom room)
    {
        PromptView prompts = (_source ?? throw NoPrompts()).Read(begin, end, room);
        if (_source.IsComplete)
        {
            return prompts;
        }

        prompts = _scales?.Apply(prompts, begin, end, room) ?? prompts;
        if (_labeler is not null)
        {
            float* labels = room.Of(RoomPart.Labels, prompts.Count * prompts.LabelStride);
            _labeler.Label(Maps is null ? prompts : LinearMap.Apply(Maps, prompts, room), labels);
            prompts = prompts with { Labels = labels };
        }

        return _noise?.Add(prompts, begin, end, room) ?? prompts;
    }

    /// <summary>
    /// The batch in the published layout: Z [B, N + 1, d + 1] with the label in the last column and a zero in place
    /// of the query's, and the query's label y [B].
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing was drawn, or only statistics.</exception>
    public (float[] Z, float[] Y) ToTokens()
    {
        int batchSize = Settings.BatchSize;
        int length = (Settings.ContextLength + 1) * (Settings.Dimension + 1);
        float[] z = new float[batchSize * length];
        float[] y = new float[batchSize];
        ReadingRoom room = new();
        for (int first = 0; first < batchSize; first += ReadingRoom.Prompts)
        {
            PromptView prompts = Read(first, Math.Min(batchSize, first + ReadingRoom.Prompts), room);
            for (int p = 0; p < prompts.Count; p++)
            {
                Span<float> rows = z.AsSpan((first + p) * length, length);
                y[first + p] = LabeledPrompt.Write(prompts, p, Maps, rows);
            }
        }

        GC.KeepAlive(room);
        GC.KeepAlive(this);
        return (z, y);
    }

    /// <summary>Takes up a batch from the state of a run that saved its numbers.</summary>
    internal void TakeUp(TensorFile state)
    {
        int covariateCount = (_parts.BatchSize * _parts.PromptLength) + ReadingRoom.Padding;
        int taskCount = (_parts.BatchSize * _parts.Dimension) + ReadingRoom.Padding;
        ReadOnlySpan<float> covariates = state.Get<float>("batch.covariates", covariateCount).Span;
        ReadOnlySpan<float> tasks = state.Get<float>("batch.tasks", taskCount).Span;
        if (state.GetScalar<long>("batch.refreshed") == 0)
        {
            Use<DrawnPrompts>(() => new(_parts)).TakeUp(covariates, tasks);
        }
        else
        {
            Use<RefreshedPrompts>(() => new(_parts)).TakeUp(covariates, tasks);
        }
    }

    /// <summary>What comes behind everything else of a batch.</summary>
    private void DrawBehind(IStream stream)
    {
        _scales?.Draw(stream);
        _noise?.Draw(stream);
    }

    private void UseStatistics(NativeStream stream)
    {
        (_source, Statistics) = (null, Statistics ?? new(_parts));
        Statistics.Draw(stream);
    }

    /// <summary>The source in use, where it is of this kind, or another one.</summary>
    private TSource Use<TSource>(Func<TSource> create)
        where TSource : PromptSource
    {
        TSource source = _source as TSource ?? create();
        (_source, Statistics) = (source, null);
        return source;
    }

    private InvalidOperationException NoPrompts() => new(Statistics is null
        ? "nothing was drawn into this batch"
        : "this batch was drawn as statistics: there are no prompts to read");
}
