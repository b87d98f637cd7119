using LinearTransformers.Prompts.Reading;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// A batch drawn as <see cref="RefreshedPrompts"/> are, of a stream that several runs share: covariates are read where they were made for
/// all of them. Good until that stream is drawn from again.
/// </summary>
internal sealed unsafe class TapePrompts(PromptParts parts) : PromptSource
{
    private readonly StoredVectors _tasks = new(parts.BatchSize, 1, parts.Dimension, parts.Tasks);
    private LentNormals? _covariates;

    /// <summary>The next batch of a stream.</summary>
    /// <returns>Whether the stream shares its normals: otherwise nothing is drawn.</returns>
    public bool TryDraw(IStream stream)
    {
        _covariates = (stream as TorchStream)?.BorrowNormalView(parts.BatchSize * parts.PromptLength);
        if (_covariates is null)
        {
            return false;
        }

        _tasks.DrawEntries(stream);
        _tasks.DrawFactors(stream);
        return true;
    }

    /// <inheritdoc/>
    public override PromptView Read(int begin, int end, ReadingRoom room)
    {
        int length = parts.PromptLength;
        int count = (end - begin) * length;
        float* covariates = room.Of(RoomPart.Context, count);
        _covariates!.CopyTo(begin * length, new Span<float>(covariates, count));
        return parts.ViewOfWhole(end - begin, covariates, length, _tasks.Read(begin, end, room, RoomPart.Tasks), parts.Dimension);
    }
}
