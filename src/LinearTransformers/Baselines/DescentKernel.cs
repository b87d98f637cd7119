using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>
/// Descent on each prompt's least-squares loss (1/2N) Σ (wᵀx_i − y_i)², a bundle of prompts at a time. Its gradient is G w − g, so G and g
/// are all it needs. With M = I, or M = Σ⁻¹ as preconditioner, and the negative iterate u = −w (so that, as in a transformer, the
/// prediction is minus what is added to the query's label):
/// <code>
/// H = M G    h = M g    r_k = h + H u_k    residual after k steps = y_q + x_qᵀ u_k
/// </code>
/// <para>The products with M are made once for all that follows.</para>
/// </summary>
internal abstract unsafe class DescentKernel<TLane, TScalar, TDim> : IBundleKernel<TLane>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
    where TDim : struct, IDimension
{
    private protected const MethodImplOptions Apart = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    private readonly AlignedBuffer<TLane> _memory;
    private readonly AlignedBuffer<TScalar>? _preconditioner;
    private readonly TLane* _g;

    /// <summary>A kernel with its room.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="preconditioner">M, [d, d], or null for the identity.</param>
    protected DescentKernel(int dimension, double[]? preconditioner)
    {
        Dimension = dimension;
        _memory = new((2L * dimension * dimension) + (4L * dimension));
        _preconditioner = preconditioner is null ? null : Numbers(preconditioner);
        _g = _memory.Pointer;
        H = _g + (dimension * dimension);
        SmallH = H + (dimension * dimension);
        U = SmallH + dimension;
        R = U + dimension;
        Before = R + dimension;
    }

    protected int Dimension { get; }

    /// <summary>H = M G.</summary>
    protected TLane* H { get; }

    /// <summary>h = M g.</summary>
    protected TLane* SmallH { get; }

    /// <summary>u = −w.</summary>
    protected TLane* U { get; }

    /// <summary>r = h + H u.</summary>
    protected TLane* R { get; }

    /// <summary>u of the step before.</summary>
    protected TLane* Before { get; }

    /// <summary>x_q, where the statistics have it.</summary>
    protected TLane* Query { get; private set; }

    /// <summary>y_q, where the statistics have it.</summary>
    protected TLane* Label { get; private set; }

    public void Add(TLane* statistics, int first, int count, TLane* sums)
    {
        Load(statistics, Constant(Dimension));
        Add(sums);
    }

    /// <summary>Adds to sums what the bundle gives that is loaded.</summary>
    protected abstract void Add(TLane* sums);

    /// <summary>Takes up a bundle: H, h, the query and its label.</summary>
    [MethodImpl(Apart)]
    private void Load(TLane* statistics, int d)
    {
        d = Constant(d);
        GramLayout layout = new(d);
        Query = statistics + layout.Query;
        Label = statistics + layout.Label;
        if (_preconditioner is null)
        {
            GramSums.Unpack(statistics, H, d);
            GramSums.Copy(SmallH, statistics + layout.Cross, d);
        }
        else
        {
            GramSums.Unpack(statistics, _g, d);
            Precondition(statistics + layout.Cross, _preconditioner.Pointer, d);
        }
    }

    /// <summary>H = M G, h = M g.</summary>
    [MethodImpl(Apart)]
    private void Precondition(TLane* cross, TScalar* preconditioner, int d)
    {
        d = Constant(d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, ParameterRows<TLane, TScalar, TDim>, Rows<TLane, TDim>,
            AnyDimension, AnyDimension, TDim>(
            H, d, default, new(preconditioner, d), new(_g, d), d, d, d);
        LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TDim>, ParameterColumns<TLane, TScalar, TDim>,
            Dimension1, AnyDimension, TDim>(
            SmallH, d, default, new(cross, d), new(preconditioner, d), 1, d, d);
    }

    /// <summary>r = h + H u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected static void Gradient(TLane* r, TLane* smallH, TLane* h, TLane* u, int d)
        => LaneProduct.Multiply<TLane, TScalar, Rows<TLane, TDim>, Rows<TLane, TDim>, Columns<TLane, TDim>, Dimension1, AnyDimension, TDim>(
            r, d, new(smallH, d), new(u, d), new(h, d), 1, d, d);

    /// <summary>y_q + x_qᵀ u.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected static TLane Residual(TLane label, TLane* query, TLane* u, int d)
    {
        TLane residual = label;
        for (int i = 0; i < d; i++)
        {
            TLane.Accumulate(query[i], u[i], ref residual);
        }

        return residual;
    }

    /// <summary>Numbers as the kernel takes them.</summary>
    private protected static AlignedBuffer<TScalar> Numbers(ReadOnlySpan<double> numbers)
    {
        AlignedBuffer<TScalar> converted = new(numbers.Length);
        for (int i = 0; i < numbers.Length; i++)
        {
            converted.Pointer[i] = TScalar.CreateTruncating(numbers[i]);
        }

        return converted;
    }

    /// <summary>d as a constant where the JIT knows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected static int Constant(int d) => TDim.Known != 0 ? TDim.Known : d;
}
