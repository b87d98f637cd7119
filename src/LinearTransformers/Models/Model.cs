using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models;

/// <summary>What is trained: parameters, how they begin, and their loss on a batch.</summary>
public abstract record Model : Part
{
    /// <summary>The models by name.</summary>
    public static Catalog<Model> Catalog { get; } = new Catalog<Model>("model")
        .Add<LinearTransformerModel>()
        .Add<NonlinearRegressionModel>();

    /// <summary>The label rule of a run that does not name one.</summary>
    public virtual LabelRule UsualLabels => new LinearLabels();

    /// <summary>Whether it has matrices P̂ that can be set to zero by <see cref="ZeroP"/>.</summary>
    public virtual bool HasP => false;

    /// <summary>How many parameters there are; a double, so that too many do not overflow.</summary>
    public abstract double ParameterCount(ModelSizes sizes);

    /// <summary>How the parameters lie.</summary>
    public abstract ParameterLayout Layout(ModelSizes sizes);

    /// <summary>Entries of a matrix, where gradients are clipped matrix by matrix; 0 where they cannot be.</summary>
    public virtual int MatrixSize(ModelSizes sizes) => 0;

    /// <summary>
    /// The parameters that a run begins with, the first that it takes from its stream: here normals, drawn as one tensor.
    /// </summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="stream">Where they are drawn from.</param>
    /// <param name="deviation">Their standard deviation, which the published code calls <c>var</c>.</param>
    public virtual float[] Initialize(ModelSizes sizes, IStream stream, float deviation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        float[] parameters = new float[Layout(sizes).Count];
        stream.FillNormal(parameters, 0, deviation);
        return parameters;
    }

    /// <summary>The loss, on no batch yet.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public abstract BatchLoss<T> NewLoss<T>(ModelSizes sizes, WorkerTeam? team = null)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Sets every P̂ to zero.</summary>
    public virtual void ZeroP<T>(ModelSizes sizes, Span<T> parameters)
        where T : unmanaged, INumberBase<T>
        => throw new NotSupportedException($"{GetType().Name} has no matrices P̂");
}
