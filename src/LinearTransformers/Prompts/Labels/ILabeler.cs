using LinearTransformers.Prompts.Reading;

namespace LinearTransformers.Prompts.Labels;

/// <summary>Labels prompts as they are read; any number of threads may at once.</summary>
internal unsafe interface ILabeler
{
    /// <summary>The labels of some prompts.</summary>
    /// <param name="prompts">Covariates x and task vectors w, the covariance applied.</param>
    /// <param name="labels">Receives them, as <see cref="PromptView.Labels"/> has them.</param>
    void Label(in PromptView prompts, float* labels);
}
