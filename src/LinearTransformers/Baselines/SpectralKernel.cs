using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>
/// Prompts in the basis of G's eigenvectors, a bundle at a time in double precision, whitened by W (or not, W = I):
/// <code>
/// G ← W G Wᵀ    g ← W g    x_q ← W x_q    and with G = V diag(λ) Vᵀ    g ← Vᵀ g    x_q ← Vᵀ x_q
/// </code>
/// <para>A baseline that multiplies g by a function f of G then predicts Σ x_i f(λ_i) g_i. One decomposition serves all functions.</para>
/// </summary>
internal abstract unsafe class SpectralKernel<TLane> : IBundleKernel<TLane>
    where TLane : unmanaged, ISelectingLane<TLane>
{
    private protected const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    private readonly AlignedBuffer<TLane> _memory;
    private readonly AlignedBuffer<double>? _whitening;
    private readonly TLane* _g;
    private readonly TLane* _half;

    /// <summary>A kernel with its room.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="whitening">W, [d, d], or null for the identity.</param>
    protected SpectralKernel(int dimension, double[]? whitening)
    {
        int matrix = dimension * dimension;
        Dimension = dimension;
        _memory = new((2L * matrix) + Math.Max(matrix, 2 * dimension));
        _g = _memory.Pointer;
        _half = _g + matrix;
        Cross = _half + matrix;
        Query = Cross + dimension;
        if (whitening is not null)
        {
            _whitening = new(whitening.Length);
            whitening.CopyTo(_whitening.Span);
        }
    }

    protected int Dimension { get; }

    /// <summary>g; before that, room for a matrix.</summary>
    protected TLane* Cross { get; }

    /// <summary>x_q, behind it.</summary>
    protected TLane* Query { get; }

    /// <summary>The statistics as they came.</summary>
    protected TLane* Statistics { get; private set; }

    /// <summary>y_q, where the statistics have it.</summary>
    protected TLane* Label { get; private set; }

    public void Add(TLane* statistics, int first, int count, TLane* sums)
    {
        Statistics = statistics;
        Decompose(statistics, Dimension);
        Add(first, count, sums);
    }

    /// <summary>Adds to sums what the bundle gives that is decomposed.</summary>
    protected abstract void Add(int first, int count, TLane* sums);

    /// <summary>λ_i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected TLane Eigenvalue(int i) => _g[i * (Dimension + 1)];

    [MethodImpl(Apart)]
    private void Decompose(TLane* statistics, int d)
    {
        GramLayout layout = new(d);
        Label = statistics + layout.Label;
        if (_whitening is null)
        {
            GramSums.Unpack(statistics, _g, d);
            GramSums.Copy(Cross, statistics + layout.Cross, 2 * d);
        }
        else
        {
            GramSums.Unpack(statistics, Cross, d);
            Whiten(Cross, _whitening.Pointer, d);
            MapVectors(statistics + layout.Cross, Cross, _whitening.Pointer, d);
        }

        JacobiRotations<TLane>.Diagonalize(_g, Cross, count: 2, d);
    }

    /// <summary>G ← W G Wᵀ.</summary>
    [MethodImpl(Apart)]
    private void Whiten(TLane* g, double* w, int d)
    {
        LaneProduct.Multiply<TLane, double, ZeroMatrix<TLane, double>, ParameterRows<TLane, double, AnyDimension>,
            Rows<TLane, AnyDimension>, AnyDimension, AnyDimension, AnyDimension>(
            _half, d, default, new(w, d), new(g, d), d, d, d);
        LaneProduct.MultiplySymmetric<TLane, double, ZeroMatrix<TLane, double>, Rows<TLane, AnyDimension>,
            ParameterColumns<TLane, double, AnyDimension>>(
            _g, default, new(_half, d), new(w, d), d);
    }

    /// <summary>g and x_q, one behind the other, through W.</summary>
    [MethodImpl(Apart)]
    private static void MapVectors(TLane* vectors, TLane* result, double* w, int d)
        => LaneProduct.Multiply<TLane, double, ZeroMatrix<TLane, double>, Rows<TLane, AnyDimension>,
            ParameterColumns<TLane, double, AnyDimension>, AnyDimension, AnyDimension, AnyDimension>(
            result, d, default, new(vectors, d), new(w, d), 2, d, d);
}
