using System.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>
/// All of P̂, and Q̂ as the product of a query matrix and a key matrix of rank r, r × d each: the score of a token x for another x' is
/// the product of the query's W_q x and the key's W_k x', as attention usually has it.
/// <code>
/// Q̂ = W_qᵀ W_k    W̄_q = W_k Q̄ᵀ    W̄_k = W_q Q̄
/// </code>
/// P = diag(P̂, 1) and Q = diag(Q̂, 0), as in <see cref="SparseStructure"/>.
/// </summary>
/// <remarks>Zhang, Singh, Latham and Saxe, <i>Training dynamics of in-context learning in linear attention</i>, 2025.</remarks>
[Part("separate", "P as the sparse one, Q as the product of a query and a key matrix of rank r")]
public sealed record SeparateStructure : ParameterStructure
{
    /// <summary>Rows of the query and of the key matrix.</summary>
    [Setting(Position = 1, Value = "r", AtLeast = 1)]
    public int Rank { get; init; } = 1;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterArray> ArraysOfHead(int dimension) =>
    [
        new("value", [dimension, dimension]),
        new("query", [Rank, dimension]),
        new("key", [Rank, dimension]),
    ];

    /// <inheritdoc/>
    public override int CountOfP(int dimension) => dimension * dimension;

    /// <inheritdoc/>
    public override void Expand<T>(ReadOnlySpan<T> parameters, Span<T> matrices, int dimension)
    {
        int matrix = dimension * dimension;
        parameters[..matrix].CopyTo(matrices);
        AddProduct(Query(parameters, dimension), Key(parameters, dimension), matrices[matrix..], dimension);
    }

    /// <inheritdoc/>
    public override void ExpandAlong<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> matrices, int dimension)
    {
        int matrix = dimension * dimension;
        direction[..matrix].CopyTo(matrices);
        AddProduct(Query(direction, dimension), Key(parameters, dimension), matrices[matrix..], dimension);
        AddProduct(Query(parameters, dimension), Key(direction, dimension), matrices[matrix..], dimension);
    }

    /// <inheritdoc/>
    public override void Collapse<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> matrices, Span<T> gradient, int dimension)
    {
        for (int i = 0; i < dimension * dimension; i++)
        {
            gradient[i] += matrices[i];
        }

        CollapseAlong(parameters, parameters, matrices, gradient, dimension);
    }

    /// <inheritdoc/>
    /// <remarks>The derivative is linear in the parameters, and P's is constant: the adjoints above, at the direction.</remarks>
    public override void CollapseAlong<T>(
        ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, ReadOnlySpan<T> matrices, Span<T> change, int dimension)
    {
        int d = dimension;
        ReadOnlySpan<T> barQ = matrices[(d * d)..];
        ReadOnlySpan<T> query = Query(direction, d);
        ReadOnlySpan<T> key = Key(direction, d);
        Span<T> barQuery = change.Slice(d * d, Rank * d);
        Span<T> barKey = change[^(Rank * d)..];
        for (int k = 0; k < Rank * d; k += d)
        {
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < d; j++)
                {
                    barQuery[k + i] += key[k + j] * barQ[(i * d) + j];
                    barKey[k + j] += query[k + i] * barQ[(i * d) + j];
                }
            }
        }
    }

    private ReadOnlySpan<T> Query<T>(ReadOnlySpan<T> parameters, int d) => parameters.Slice(d * d, Rank * d);

    private ReadOnlySpan<T> Key<T>(ReadOnlySpan<T> parameters, int d) => parameters[^(Rank * d)..];

    /// <summary>Adds W_qᵀ W_k.</summary>
    private void AddProduct<T>(ReadOnlySpan<T> query, ReadOnlySpan<T> key, Span<T> product, int d)
        where T : unmanaged, INumberBase<T>
    {
        for (int k = 0; k < Rank * d; k += d)
        {
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < d; j++)
                {
                    product[(i * d) + j] += query[k + i] * key[k + j];
                }
            }
        }
    }
}
