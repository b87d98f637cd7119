using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// A fresh batch in memory, drawn as the published <c>generate_data</c> does: task vectors, context, queries; with a covariance the task
/// vectors once more; then the factors of covariates.
/// </summary>
/// <remarks>
/// Where a random network makes covariates or labels, the published function draws all that first all the same; then covariates anew, and
/// the network. Of rules that are not published: task vectors may be drawn behind covariates only, and their factors come behind all
/// entries. The noise of labels comes behind
/// everything else: <see cref="LabelNoise"/>.
/// </remarks>
internal sealed unsafe class DrawnPrompts(PromptParts parts) : PromptSource
{
    private readonly StoredVectors _context = new(parts.BatchSize, parts.ContextLength, parts.Dimension, parts.Covariates);
    private readonly StoredVectors _queries = new(parts.BatchSize, 1, parts.Dimension, parts.Covariates);
    private readonly StoredVectors _tasks = new(parts.BatchSize, 1, parts.Dimension, parts.Tasks);
    private readonly AlignedBuffer<float>? _labels = parts.Labels.IsOfWholeBatch
        ? new(((long)parts.BatchSize * (parts.ContextLength + 1)) + ReadingRoom.Padding)
        : null;

    /// <summary>The next batch of a stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="withPlainFirst">
    /// Whether the plain batch is drawn before one that a network makes. A stream that does not draw it from its sequence leaves it out;
    /// nothing of it is read.
    /// </param>
    public void Draw(IStream stream, bool withPlainFirst)
    {
        bool tasksLast = parts.Labels.DrawsTasksLast;
        if (withPlainFirst)
        {
            if (!tasksLast)
            {
                _tasks.DrawEntries(stream);
            }

            DrawCovariates(stream);
        }

        if (parts.IsOfWholeBatch)
        {
            DrawWholeBatch(stream);
        }
        else
        {
            if (parts.HasCovariance && !tasksLast)
            {
                _tasks.DrawEntries(stream);
            }

            DrawFactors(stream);
        }

        if (tasksLast)
        {
            _tasks.DrawEntries(stream);
        }

        _tasks.DrawFactors(stream);
    }

    /// <inheritdoc/>
    public override PromptView Read(int begin, int end, ReadingRoom room) => new()
    {
        Count = end - begin,
        ContextLength = parts.ContextLength,
        Dimension = parts.Dimension,
        Context = _context.Read(begin, end, room, RoomPart.Context),
        ContextStride = _context.Stride,
        Queries = _queries.Read(begin, end, room, RoomPart.Queries),
        QueryStride = _queries.Stride,
        Tasks = _tasks.Read(begin, end, room, RoomPart.Tasks),
        TaskStride = _tasks.Stride,
        Labels = _labels is null ? null : _labels.Pointer + ((long)begin * (parts.ContextLength + 1)),
    };

    /// <summary>
    /// Takes up a batch as it was saved before it could be drawn again: context behind context, then the queries, all of them shaped.
    /// </summary>
    public void TakeUp(ReadOnlySpan<float> covariates, ReadOnlySpan<float> tasks)
    {
        Span<float> context = _context.Values;
        Span<float> queries = _queries.Values;
        covariates[..context.Length].CopyTo(context);
        covariates.Slice(context.Length, queries.Length).CopyTo(queries);
        tasks[.._tasks.Values.Length].CopyTo(_tasks.Values);
    }

    private void DrawWholeBatch(IStream stream)
    {
        DrawCovariates(stream);
        DrawFactors(stream);
        Span<float> context = _context.Shape();
        Span<float> queries = _queries.Shape();
        parts.Covariates.ShapeBatch(stream, context, queries, parts.ContextLength, parts.Dimension);
        if (_labels is not null)
        {
            Span<float> labels = _labels.Span[..(parts.BatchSize * (parts.ContextLength + 1))];
            parts.Labels.LabelBatch(stream, context, queries, labels, parts.ContextLength, parts.Dimension);
        }

        if (parts.Covariates.IsOfWholeBatch && !parts.Labels.DrawsTasksLast)
        {
            _tasks.DrawEntries(stream);
        }
    }

    private void DrawCovariates(IStream stream)
    {
        _context.DrawEntries(stream);
        _queries.DrawEntries(stream);
    }

    private void DrawFactors(IStream stream)
    {
        _context.DrawFactors(stream);
        _queries.DrawFactors(stream);
    }
}
