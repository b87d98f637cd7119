using LinearTransformers.Prompts.Reading;

namespace LinearTransformers.Prompts.Labels;

/// <summary>Labels each token by a rule that looks at it and the task vector alone.</summary>
internal sealed unsafe class TokenLabeler(LabelRule rule) : ILabeler
{
    /// <inheritdoc/>
    public void Label(in PromptView prompts, float* labels)
    {
        for (int p = 0; p < prompts.Count; p++)
        {
            for (int n = 0; n <= prompts.ContextLength; n++)
            {
                *labels++ = rule.Label(prompts.Covariate(p, n), prompts.Task(p));
            }
        }
    }
}
