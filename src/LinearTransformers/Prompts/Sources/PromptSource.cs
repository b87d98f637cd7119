using LinearTransformers.Prompts.Reading;

namespace LinearTransformers.Prompts.Sources;

/// <summary>
/// What is left of a stream to read a batch's prompts from, once the stream has been advanced past them: any range of prompts, by any
/// thread, as often as wanted.
/// </summary>
internal abstract class PromptSource
{
    /// <summary>Whether prompts are read with all that belongs to them: nothing is scaled, labelled or added behind.</summary>
    public virtual bool IsComplete => false;

    /// <summary>
    /// Reads prompts. Standard covariates and task vectors, shaped by their laws; labels only where they are not made of both.
    /// </summary>
    /// <param name="begin">The first one's number.</param>
    /// <param name="end">The number behind the last one's.</param>
    /// <param name="room">The reader's own; what it holds is good until it is used again, and it must outlive the view.</param>
    public abstract PromptView Read(int begin, int end, ReadingRoom room);
}
