namespace LinearTransformers.Training;

/// <summary>The number type that a model is trained in.</summary>
public enum Precision
{
    /// <summary>float, as the published code.</summary>
    Single,

    /// <summary>double; prompts are drawn in single precision all the same, so that a seed means the same.</summary>
    Double,
}
