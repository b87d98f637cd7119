using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Labels;

/// <summary>How labels come from covariates and the task vector of their prompt.</summary>
public abstract record LabelRule : Part
{
    /// <summary>The label rules by name.</summary>
    public static Catalog<LabelRule> Catalog { get; } =
        new Catalog<LabelRule>("label rule") { Absent = text => new AbsentLabels { Text = text } }
        .Add<LinearLabels>()
        .Add<NetworkLabels>()
        .Add<FeatureLabels>();

    /// <summary>Whether labels are wᵀx: then g = G w, and those of the context need not be computed.</summary>
    public virtual bool IsLinear => false;

    /// <summary>Whether covariates can have a covariance.</summary>
    public virtual bool TakesCovariance => true;

    /// <summary>Whether the batch's task vectors are drawn behind its covariates only.</summary>
    internal virtual bool DrawsTasksLast => false;

    /// <summary>
    /// Whether labels depend on more of the stream, behind all covariates and in the order of prompts: then <see cref="LabelBatch"/> makes
    /// them.
    /// </summary>
    internal virtual bool IsOfWholeBatch => false;

    /// <summary>What labels a batch: made once for all batches of a run, and used by any number of threads.</summary>
    /// <param name="dimension">d.</param>
    internal virtual ILabeler Labeler(int dimension) => new TokenLabeler(this);

    /// <summary>The label of one token, of rules that look at a token and the task vector alone.</summary>
    /// <param name="x">The covariates.</param>
    /// <param name="w">The prompt's task vector.</param>
    public virtual float Label(ReadOnlySpan<float> x, ReadOnlySpan<float> w)
        => throw new NotSupportedException($"{GetType().Name} has labels for no single token");

    /// <summary>Makes all labels of a batch, prompt after prompt.</summary>
    /// <param name="stream">What it draws from.</param>
    /// <param name="context">[B, N, d].</param>
    /// <param name="queries">[B, d].</param>
    /// <param name="labels">[B, N + 1], the query's last.</param>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    internal virtual void LabelBatch(
        IStream stream, ReadOnlySpan<float> context, ReadOnlySpan<float> queries, Span<float> labels, int contextLength, int dimension)
    {
    }
}
