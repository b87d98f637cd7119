using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// A batch whose numbers were replaced in memory, drawn as the published <c>generate_data_inplace</c> does: prompt by prompt the context
/// and the query behind it, one number at a time and standard normal whatever the law of covariates; then the task vectors.
/// </summary>
internal sealed unsafe class RefreshedPrompts(PromptParts parts) : PromptSource
{
    private readonly StoredNumbers _covariates = new(parts.BatchSize * parts.PromptLength);
    private readonly StoredVectors _tasks = new(parts.BatchSize, 1, parts.Dimension, parts.Tasks);

    /// <summary>The next batch of a stream.</summary>
    public void Draw(IStream stream)
    {
        stream.FillNormalView(_covariates.Values);
        _tasks.DrawEntries(stream);
        _tasks.DrawFactors(stream);
    }

    /// <inheritdoc/>
    public override PromptView Read(int begin, int end, ReadingRoom room)
    {
        int length = parts.PromptLength;
        return parts.ViewOfWhole(
            end - begin,
            _covariates.Read(begin * length, end * length, room, RoomPart.Context, isWrittenTo: false),
            length,
            _tasks.Read(begin, end, room, RoomPart.Tasks),
            parts.Dimension);
    }

    /// <summary>Takes up a batch as it was saved before batches were drawn again instead.</summary>
    public void TakeUp(ReadOnlySpan<float> covariates, ReadOnlySpan<float> tasks)
    {
        covariates[.._covariates.Values.Length].CopyTo(_covariates.Values);
        tasks[.._tasks.Values.Length].CopyTo(_tasks.Values);
    }
}
