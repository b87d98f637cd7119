using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models;

/// <summary>
/// What a model predicts after each of its layers: the query's entry y_q^(ℓ) of Z after ℓ layers, read out as −ŷ_ℓ. It is what the
/// model of the first ℓ layers predicts, since a layer's P̂ does not reach the query's label before the next one.
/// </summary>
/// <typeparam name="T">float or double, the precision of parameters and predictions.</typeparam>
/// <remarks>Not for use from several threads at once; one with a team shares its work among threads, with the same bits.</remarks>
/// <example>
/// <code>
/// LayerReadout&lt;float&gt; readout = new(new LinearTransformerModel(), new ModelSizes(Layers: 3, Heads: 1, Dimension: 5));
/// readout.Load(batch);
/// for (int layer = 1; layer &lt;= 3; layer++)
/// {
///     Console.WriteLine(readout.Loss(parameters, layer));
/// }
/// </code>
/// </example>
public sealed class LayerReadout<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ParameterLayout _whole;
    private readonly ParameterLayout[] _first;
    private readonly BatchLoss<T>[] _losses;
    private readonly int[] _places;

    /// <summary>The readout of a model, on no batch yet.</summary>
    /// <param name="model">What it is.</param>
    /// <param name="sizes">Its sizes.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <param name="layers">The layers that are read out, each from 1 to L; null for all.</param>
    public LayerReadout(Model model, ModelSizes sizes, WorkerTeam? team = null, IReadOnlyList<int>? layers = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _whole = model.Layout(sizes);
        Layers = layers ?? [.. Enumerable.Range(1, sizes.Layers)];
        _places = new int[sizes.Layers + 1];
        Array.Fill(_places, -1);
        for (int place = 0; place < Layers.Count; place++)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(Layers[place], 1, nameof(layers));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(Layers[place], sizes.Layers, nameof(layers));
            _places[Layers[place]] = place;
        }

        _first = [.. Layers.Select(layer => model.Layout(sizes with { Layers = layer }))];
        _losses = [.. Layers.Select(layer => model.NewLoss<T>(sizes with { Layers = layer }, team))];
    }

    /// <summary>The layers that are read out.</summary>
    public IReadOnlyList<int> Layers { get; }

    /// <summary>Takes a batch; it may be drawn anew afterwards.</summary>
    public void Load(PromptBatch batch)
    {
        foreach (BatchLoss<T> loss in _losses)
        {
            loss.Load(batch);
        }
    }

    /// <summary>Draws a batch and takes it, as <see cref="BatchLoss{T}.LoadNext"/> does.</summary>
    /// <param name="batch">What it is made of, and room for it.</param>
    /// <param name="stream">Where it comes from.</param>
    public void LoadNext(PromptBatch batch, IStream stream)
    {
        _losses[0].LoadNext(batch, stream);
        foreach (BatchLoss<T> loss in _losses.AsSpan(1))
        {
            loss.Load(batch);
        }
    }

    /// <summary>The queries' labels y_q.</summary>
    /// <param name="labels">Receives them, [B].</param>
    public void Labels(Span<T> labels) => _losses[0].Labels(labels);

    /// <summary>The mean of (ŷ_ℓ − y_q)².</summary>
    /// <param name="parameters">The parameters of all layers.</param>
    /// <param name="layer">ℓ, one of <see cref="Layers"/>.</param>
    public double Loss(ReadOnlySpan<T> parameters, int layer) => _losses[At(layer)].Evaluate(First(parameters, layer));

    /// <summary>ŷ_ℓ of each prompt.</summary>
    /// <param name="parameters">The parameters of all layers.</param>
    /// <param name="layer">ℓ.</param>
    /// <param name="predictions">Receives them, [B].</param>
    public void Predict(ReadOnlySpan<T> parameters, int layer, Span<T> predictions)
        => _losses[At(layer)].Predict(First(parameters, layer), predictions);

    /// <summary>
    /// ∂ŷ_ℓ/∂x_q of each prompt. Linear attention predicts ŷ_ℓ = w_ℓᵀx_q with a vector that depends on the context alone: it is this one.
    /// </summary>
    /// <param name="parameters">The parameters of all layers.</param>
    /// <param name="layer">ℓ.</param>
    /// <param name="sensitivities">Receives them, [B, d].</param>
    public void Sensitivities(ReadOnlySpan<T> parameters, int layer, Span<T> sensitivities)
        => _losses[At(layer)].Sensitivities(First(parameters, layer), sensitivities);

    private int At(int layer)
        => (uint)layer < (uint)_places.Length && _places[layer] >= 0
            ? _places[layer]
            : throw new ArgumentOutOfRangeException(nameof(layer), layer, "the layer is not read out");

    private T[] First(ReadOnlySpan<T> parameters, int layer) => FirstLayers.Of(parameters, _whole, _first[At(layer)]);
}
