using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>
/// Parameters along a run: <c>allparam</c> [snapshots, n_layer, n_head, 2, d, d], <c>iteration</c> [snapshots], and the
/// covariance's <c>U</c> [d, d] and <c>D</c> [d] where there is one.
/// </summary>
/// <typeparam name="T">The run's number type.</typeparam>
public sealed class History<T>
    where T : unmanaged
{
    private readonly List<T[]> _snapshots = [];
    private readonly List<long> _iterations = [];

    /// <summary>An empty history of a model of this shape.</summary>
    public History(LinearTransformerShape shape, Covariance? covariance = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        Covariance = covariance;
    }

    /// <summary>The model's sizes.</summary>
    public LinearTransformerShape Shape { get; }

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
    public ReadOnlySpan<T> At(int iteration)
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

        if (parameters.Length != Shape.ParameterCount)
        {
            throw new ArgumentException($"{parameters.Length} parameters do not fit a model of {Shape.ParameterCount}", nameof(parameters));
        }

        _iterations.Add(iteration);
        _snapshots.Add(parameters.ToArray());
    }

    /// <summary>Writes the history, whole or not at all.</summary>
    public void Write(string path)
    {
        T[] all = new T[checked(Count * Shape.ParameterCount)];
        for (int i = 0; i < Count; i++)
        {
            _snapshots[i].CopyTo(all, i * Shape.ParameterCount);
        }

        List<Tensor> tensors =
        [
            Tensor.Of("allparam", all, Count, Shape.Layers, Shape.Heads, 2, Shape.Dimension, Shape.Dimension),
            Tensor.Vector("iteration", _iterations.ToArray()),
        ];
        if (Covariance is { } covariance)
        {
            tensors.Add(Tensor.Of("U", covariance.U.ToArray(), Shape.Dimension, Shape.Dimension));
            tensors.Add(Tensor.Vector("D", covariance.D.ToArray()));
        }

        TensorFile.Write(path, tensors);
    }

    /// <summary>Reads a history of a model of this shape.</summary>
    /// <exception cref="TensorFormatException">The file is damaged, or of another shape or number type.</exception>
    public static History<T> Read(string path, LinearTransformerShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        TensorFile file = TensorFile.Read(path);
        int d = shape.Dimension;
        ReadOnlySpan<T> all = file.Get<T>("allparam", TensorFile.AnyLength, shape.Layers, shape.Heads, 2, d, d).Span;
        ReadOnlySpan<long> iterations = file.Get<long>("iteration", all.Length / shape.ParameterCount).Span;
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

        History<T> history = new(shape, covariance);
        for (int i = 0; i < iterations.Length; i++)
        {
            if (i > 0 && iterations[i] <= iterations[i - 1])
            {
                throw new TensorFormatException($"{path}: tensor \"iteration\": entry {i} is {iterations[i]}; it should be above {iterations[i - 1]}, the one before it.");
            }

            history.Add(iterations[i], all.Slice(i * shape.ParameterCount, shape.ParameterCount));
        }

        return history;
    }
}
