using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Shapes;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>
/// Parameters along a run: each array of the model's parameters with the snapshots as its first axis, <c>allparam</c>
/// [snapshots, n_layer, n_head, 2, d, d] for the linear transformer, <c>iteration</c> [snapshots], and the covariance's <c>U</c> [d, d] and
/// <c>D</c> [d] where there is one.
/// </summary>
/// <typeparam name="T">The run's number type.</typeparam>
public sealed class History<T>
    where T : unmanaged
{
    private readonly List<T[]> _snapshots = [];
    private readonly List<long> _iterations = [];

    /// <summary>An empty history of a model of this shape.</summary>
    public History(LinearTransformerShape shape, Covariance? covariance = null)
        : this(shape?.Layout!, covariance)
    {
    }

    /// <summary>An empty history of a model with these parameters.</summary>
    public History(ParameterLayout layout, Covariance? covariance = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        Covariance = covariance;
    }

    /// <summary>The model's parameters.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The run's covariance; null for the identity.</summary>
    public Covariance? Covariance { get; }

    /// <summary>Snapshots.</summary>
    public int Count => _snapshots.Count;

    /// <summary>The iterations at whose start the snapshots were taken.</summary>
    public IReadOnlyList<long> Iterations => _iterations;

    /// <summary>The parameters of a snapshot.</summary>
    public ReadOnlySpan<T> this[int index] => _snapshots[index];

    /// <summary>The parameters at the start of an iteration.</summary>
    /// <exception cref="KeyNotFoundException">There is no snapshot of it.</exception>
    public ReadOnlySpan<T> At(long iteration)
    {
        int index = _iterations.BinarySearch(iteration);
        return index >= 0 ? _snapshots[index] : throw new KeyNotFoundException($"the history has no snapshot of iteration {iteration}");
    }

    /// <summary>Adds a snapshot, later than all before it.</summary>
    public void Add(long iteration, ReadOnlySpan<T> parameters)
    {
        if (Count > 0 && iteration <= _iterations[^1])
        {
            throw new ArgumentException($"a snapshot of iteration {iteration} cannot follow one of {_iterations[^1]}", nameof(iteration));
        }

        if (parameters.Length != Layout.Count)
        {
            throw new ArgumentException($"{parameters.Length} parameters do not fit a model of {Layout.Count}", nameof(parameters));
        }

        _iterations.Add(iteration);
        _snapshots.Add(parameters.ToArray());
    }

    /// <summary>Writes the history, whole or not at all.</summary>
    public void Write(string path) => Write(path, null);

    /// <summary>The same with some text beside it.</summary>
    internal void Write(string path, IReadOnlyDictionary<string, string>? metadata) => TensorFile.Write(path, Tensors(), metadata);

    /// <summary>The history as the tensors of a file.</summary>
    internal IReadOnlyList<Tensor> Tensors()
    {
        List<Tensor> tensors = [];
        int offset = 0;
        foreach (ParameterArray array in Layout.Arrays)
        {
            T[] all = new T[checked(Count * array.Count)];
            for (int i = 0; i < Count; i++)
            {
                _snapshots[i].AsSpan(offset, array.Count).CopyTo(all.AsSpan(i * array.Count));
            }

            tensors.Add(Tensor.Of(array.Name, all, [Count, .. array.Sizes]));
            offset += array.Count;
        }

        tensors.Add(Tensor.Vector("iteration", _iterations.ToArray()));
        if (Covariance is { } covariance)
        {
            tensors.Add(Tensor.Of("U", covariance.U.ToArray(), covariance.Dimension, covariance.Dimension));
            tensors.Add(Tensor.Vector("D", covariance.D.ToArray()));
        }

        return tensors;
    }

    /// <summary>Reads a history of a model of this shape.</summary>
    /// <exception cref="TensorFormatException">The file is damaged, or of another shape or number type.</exception>
    public static History<T> Read(string path, LinearTransformerShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Read(path, shape.Layout, shape.Dimension);
    }

    /// <summary>Reads a history of a model with these parameters.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="dimension">Dimension d of the covariates, for U and D where they are there.</param>
    /// <exception cref="TensorFormatException">The file is damaged, or of another shape or number type.</exception>
    public static History<T> Read(string path, ParameterLayout layout, int dimension)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return Of(TensorFile.Read(path), path, layout, dimension);
    }

    /// <summary>The history in a file that is read already.</summary>
    internal static History<T> Of(TensorFile file, string path, ParameterLayout layout, int dimension)
    {
        int d = dimension;
        int count = file.Get<T>(layout.Arrays[0].Name, [TensorFile.AnyLength, .. layout.Arrays[0].Sizes]).Length / layout.Arrays[0].Count;
        ReadOnlyMemory<T>[] arrays = [.. layout.Arrays.Select(array => file.Get<T>(array.Name, [count, .. array.Sizes]))];
        ReadOnlySpan<long> iterations = file.Get<long>("iteration", count).Span;
        Covariance? covariance = null;
        if (file.TryGet("U", out _))
        {
            try
            {
                covariance = new Covariance(file.Get<float>("U", d, d).Span, file.Get<float>("D", d).Span);
            }
            catch (ArgumentException exception)
            {
                throw new TensorFormatException($"{path}: tensors \"U\" and \"D\" are no covariance: {exception.Message}", exception);
            }
        }

        History<T> history = new(layout, covariance);
        T[] snapshot = new T[layout.Count];
        for (int i = 0; i < iterations.Length; i++)
        {
            if (iterations[i] < 0)
            {
                throw new TensorFormatException($"{path}: tensor \"iteration\": entry {i} is {iterations[i]}; it should be at least 0.");
            }

            if (i > 0 && iterations[i] <= iterations[i - 1])
            {
                throw new TensorFormatException(
                    $"{path}: tensor \"iteration\": entry {i} is {iterations[i]}; it should be above {iterations[i - 1]}, the one "
                        + "before it.");
            }

            int offset = 0;
            for (int a = 0; a < arrays.Length; a++)
            {
                int length = layout.Arrays[a].Count;
                arrays[a].Span.Slice(i * length, length).CopyTo(snapshot.AsSpan(offset));
                offset += length;
            }

            history.Add(iterations[i], snapshot);
        }

        return history;
    }
}
