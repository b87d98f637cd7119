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

    /// <summary>
    /// For each array of <see cref="Layout"/> the entries of one of the matrices in it, where gradients are clipped matrix by matrix; none
    /// where they cannot be.
    /// </summary>
    public virtual IReadOnlyList<int> MatrixSizes(ModelSizes sizes) => [];

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

    /// <summary>
    /// The transformed tokens of one prompt: Z before the layers and after each of them, token by token, in double precision. The last
    /// row's last entry is −ŷ.
    /// </summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="z">The prompt in the published layout, [N + 1, d + 1], a zero in place of the query's label.</param>
    /// <returns>L + 1 matrices, each [N + 1, d + 1].</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    /// <exception cref="NotSupportedException">The model does not show its tokens.</exception>
    public double[][] TransformedTokens<T>(ModelSizes sizes, ReadOnlySpan<T> parameters, ReadOnlySpan<double> z)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (parameters.Length != Layout(sizes).Count || z.Length % (sizes.Dimension + 1) != 0 || z.Length <= sizes.Dimension + 1)
        {
            throw new ArgumentException(
                $"{parameters.Length} parameters and Z of {z.Length} numbers do not fit {Layout(sizes).Count} parameters and tokens of "
                    + $"{sizes.Dimension + 1} numbers");
        }

        double[] inDouble = new double[parameters.Length];
        for (int i = 0; i < inDouble.Length; i++)
        {
            inDouble[i] = double.CreateTruncating(parameters[i]);
        }

        return TransformTokens(sizes, inDouble, z.ToArray());
    }

    /// <summary>Z before the layers and after each of them; the sizes fit.</summary>
    /// <param name="sizes">The sizes.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="z">Z, [N + 1, d + 1]; may be changed.</param>
    protected virtual double[][] TransformTokens(ModelSizes sizes, double[] parameters, double[] z)
        => throw new NotSupportedException($"{GetType().Name} does not show its tokens");

    /// <summary>Sets every P̂ to zero.</summary>
    public virtual void ZeroP<T>(ModelSizes sizes, Span<T> parameters)
        where T : unmanaged, INumberBase<T>
        => throw new NotSupportedException($"{GetType().Name} has no matrices P̂");
}
