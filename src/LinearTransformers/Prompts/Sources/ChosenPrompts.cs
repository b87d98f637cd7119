using LinearTransformers.Prompts.Reading;

namespace LinearTransformers.Prompts.Sources;

/// <summary>A batch of prompts that were chosen among stored ones; what is read is all of each, labels and noise as they are.</summary>
internal sealed class ChosenPrompts(StoredPrompts prompts, ReadOnlyMemory<int> chosen) : PromptSource
{
    /// <inheritdoc/>
    public override bool IsComplete => true;

    /// <inheritdoc/>
    public override PromptView Read(int begin, int end, ReadingRoom room) => prompts.Read(chosen.Span[begin..end], room);
}
