using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Baselines;

/// <summary>GD++, gradient descent that also transforms the covariates after each step: <see cref="GradientDescentPlusPlus{T}"/>.</summary>
[Part("gd++", "gradient descent that transforms the covariates too")]
public sealed record GradientDescentPlusPlus : Baseline
{
    /// <summary>
    /// The scales in the order in which they act, a_0, b_0, a_1, …, a_(L−1), for L steps; null for the best on a batch. All a_k are
    /// negative where they descend.
    /// </summary>
    [Setting(Position = 1, Value = "a0,b0,a1,…")]
    public IReadOnlyList<double>? Scales { get; init; }

    /// <inheritdoc/>
    public override bool HeedsCovariance => true;

    /// <inheritdoc/>
    public override bool NeedsTuning => Scales is null;

    /// <summary>
    /// With the best scales found for L steps: layers are added one by one, and all scales so far moved downhill from a few starting points
    /// each time. Nothing proves that the minimum is the least one.
    /// </summary>
    /// <inheritdoc/>
    public override Baseline Tuned<T>(GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        double[]? whitening = known?.Covariance is { } covariance ? CovarianceRoots.Whitening(covariance) : null;
        return Scales is null ? this with { Scales = new NumberList(PlusPlusSearch.Best(statistics, steps, whitening, team, Width)) }
            : this;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        if (Scales is null)
        {
            throw new InvalidOperationException(NotChosen("scales"));
        }

        if (Scales.Count < (2 * steps) - 1)
        {
            throw new ArgumentException(
                $"{Scales.Count} scales of {Parts.NameOf(this)} are not enough for {steps} steps: these need {(2 * steps) - 1}",
                    nameof(steps));
        }

        return Errors(statistics, [.. Scales.Take((2 * steps) - 1)], known?.Covariance, team, Width);
    }

    /// <summary>The squared query errors after each step.</summary>
    /// <param name="statistics">The batch.</param>
    /// <param name="scales">a_0, b_0, a_1, …, a_(L−1).</param>
    /// <param name="covariance">Σ; null is the identity.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <param name="width">Lanes that a kernel takes at a time.</param>
    internal static QueryErrors[] Errors<T>(
        GramStatistics<T> statistics, double[] scales, Covariance? covariance, WorkerTeam? team, LaneWidth? width)
        where T : unmanaged
    {
        Kernels kernels = new(statistics.Dimension, covariance is null ? null : CovarianceRoots.Inverse(covariance), scales);
        return QueryErrors.OfColumns(
            BundleLoop.Sums(statistics, SquaredErrors.Count((scales.Length + 1) / 2), kernels, team, width), statistics.BatchSize);
    }

    private sealed class Kernels(int dimension, double[]? preconditioner, double[] scales) : IBundleKernels
    {
        public IBundleKernel<TLane> Create<TLane, TNumber>()
            where TLane : unmanaged, ILane<TLane, TNumber>
            where TNumber : unmanaged, INumberBase<TNumber>
            => dimension == 5
                ? new Kernel<TLane, TNumber, Dimension5>(dimension, preconditioner, scales)
                : new Kernel<TLane, TNumber, AnyDimension>(dimension, preconditioner, scales);
    }

    /// <summary>
    /// With H = M G and h = M g, M = Σ⁻¹, a layer needs G and g no more: M T = S M with S = I + a b H, so that
    /// <code>
    /// residual ← residual + a x_qᵀ h    h ← S (h + a H h)    x_q ← Sᵀ x_q    H ← S H S
    /// </code>
    /// The last layer needs h and x_q only.
    /// </summary>
    private sealed unsafe class Kernel<TLane, TScalar, TDim>(int dimension, double[]? preconditioner, double[] scales)
        : DescentKernel<TLane, TScalar, TDim>(dimension, preconditioner)
        where TLane : unmanaged, ILane<TLane, TScalar>
        where TScalar : unmanaged, INumberBase<TScalar>
        where TDim : struct, IDimension
    {
        private readonly AlignedBuffer<TLane> _matrices = new(2L * dimension * dimension);
        private readonly int _columns = (scales.Length + 1) / 2;

        protected override void Add(TLane* sums) => Layers(sums, Dimension);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Layers(TLane* sums, int d)
        {
            TLane* query = Before;
            GramSums.Copy(query, Query, d);
            TLane residual = *Label;
            for (int k = 0; k < _columns; k++)
            {
                TLane a = TLane.Broadcast(TScalar.CreateTruncating(scales[2 * k]));
                for (int i = 0; i < d; i++)
                {
                    U[i] = a * SmallH[i];
                }

                residual = Residual(residual, query, U, d);
                SquaredErrors.Add<TLane, TScalar>(residual, sums, k, _columns);
                if (k + 1 < _columns)
                {
                    TLane* s = _matrices.Pointer;
                    SetTransform(s, H, TLane.Broadcast(TScalar.CreateTruncating(scales[2 * k] * scales[(2 * k) + 1])), d);
                    MoveVectors(s, query, d);
                    if (k + 2 < _columns)
                    {
                        TLane* half = s + (d * d);
                        Multiply(half, s, H, d);
                        Multiply(H, half, s, d);
                    }
                }
            }
        }

        /// <summary>S = I + c H.</summary>
        [MethodImpl(Apart)]
        private static void SetTransform(TLane* s, TLane* h, TLane c, int d)
        {
            d = Constant(d);
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < d; j++)
                {
                    s[(i * d) + j] = TLane.FusedMultiplyAdd(c, h[(i * d) + j], i == j ? TLane.One : TLane.Zero);
                }
            }
        }

        /// <summary>h ← S (h + H u) with u = a h, and x_q ← Sᵀ x_q.</summary>
        [MethodImpl(Apart)]
        private void MoveVectors(TLane* s, TLane* query, int d)
        {
            d = Constant(d);
            TLane* smallH = SmallH;
            TLane* r = R;
            Gradient(r, smallH, H, U, d);
            LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TDim>, Columns<TLane, TDim>, Dimension1,
                AnyDimension, TDim>(
                smallH, d, default, new(r, d), new(s, d), 1, d, d);
            GramSums.Copy(r, query, d);
            LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TDim>, Rows<TLane, TDim>, Dimension1,
                AnyDimension, TDim>(
                query, d, default, new(r, d), new(s, d), 1, d, d);
        }

        /// <summary>C = A B.</summary>
        [MethodImpl(Apart)]
        private static void Multiply(TLane* c, TLane* a, TLane* b, int d)
        {
            d = Constant(d);
            LaneProduct.Multiply<TLane, TScalar, ZeroMatrix<TLane, TScalar>, Rows<TLane, TDim>, Rows<TLane, TDim>, AnyDimension,
                AnyDimension, TDim>(
                c, d, default, new(a, d), new(b, d), d, d, d);
        }
    }
}

/// <summary>
/// GD++ (von Oswald et al., 2022; paper [1], theorem 4): gradient descent that also transforms the covariates after
/// each step. It is the linear transformer restricted to multiples of the identity, P̂_k = b_k I and Q̂_k = a_k Σ⁻¹:
/// <code>
/// y_q ← y_q + a_k x_qᵀ Σ⁻¹ g    T = I + a_k b_k G Σ⁻¹    x ← T x for context and query, labels as in a step of size −a_k
/// </code>
/// scored by the in-context loss (1/B) Σ (y_q + wᵀx_q)². All b_k = 0 is preconditioned gradient descent with steps −a_k.
/// </summary>
/// <remarks>Not for use from several threads at once.</remarks>
/// <typeparam name="T">float, as the published code computes, or double.</typeparam>
public sealed class GradientDescentPlusPlus<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Covariance? _covariance;
    private readonly WorkerTeam? _team;
    private readonly double[] _inverse;

    /// <summary>GD++ of this many layers.</summary>
    /// <param name="layers">L ≥ 1.</param>
    /// <param name="dimension">d.</param>
    /// <param name="covariance">Σ; null is the identity.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    /// <exception cref="ArgumentException">Σ has another dimension.</exception>
    public GradientDescentPlusPlus(int layers, int dimension, Covariance? covariance = null, WorkerTeam? team = null)
    {
        Shape = new(layers, heads: 1, dimension);
        BatchCheck.Fits(dimension, covariance);
        (_covariance, _team) = (covariance, team);
        _inverse = covariance is null ? Identity(dimension) : CovarianceRoots.Inverse(covariance);
    }

    /// <summary>The sizes of the linear transformer it is.</summary>
    public LinearTransformerShape Shape { get; }

    /// <summary>The mean squared query error.</summary>
    /// <param name="queryScales">a_0 … a_(L−1), negative where they descend.</param>
    /// <param name="valueScales">b_0 … b_(L−2); a further entry is ignored, as the model ignores its last P.</param>
    /// <param name="statistics">The batch.</param>
    /// <exception cref="ArgumentException">The numbers of scales do not fit L, or the batch not d.</exception>
    public double Loss(ReadOnlySpan<double> queryScales, ReadOnlySpan<double> valueScales, GramStatistics<T> statistics)
    {
        BatchCheck.Fits(Shape.Dimension, statistics);
        Check(queryScales, valueScales);
        double[] scales = new double[(2 * Shape.Layers) - 1];
        for (int i = 0; i < scales.Length; i++)
        {
            scales[i] = i % 2 == 0 ? queryScales[i / 2] : valueScales[i / 2];
        }

        return GradientDescentPlusPlus.Errors(statistics, scales, _covariance, _team, null)[^1].Loss;
    }

    /// <summary>The parameters of the linear transformer that it is, [L, 1, 2, d, d].</summary>
    /// <param name="queryScales">a_0 … a_(L−1).</param>
    /// <param name="valueScales">b_0 … b_(L−2); a further entry is taken too, though nothing depends on it.</param>
    /// <exception cref="ArgumentException">The numbers of scales do not fit L.</exception>
    public T[] Parameters(ReadOnlySpan<double> queryScales, ReadOnlySpan<double> valueScales)
    {
        Check(queryScales, valueScales);
        T[] parameters = new T[Shape.ParameterCount];
        for (int layer = 0; layer < Shape.Layers; layer++)
        {
            Span<T> p = parameters.AsSpan(Shape.OffsetOfP(layer, 0), Shape.MatrixSize);
            Span<T> q = parameters.AsSpan(Shape.OffsetOfQ(layer, 0), Shape.MatrixSize);
            for (int i = 0; i < q.Length; i++)
            {
                q[i] = T.CreateTruncating(queryScales[layer] * _inverse[i]);
            }

            for (int i = 0; layer < valueScales.Length && i < Shape.Dimension; i++)
            {
                p[i * (Shape.Dimension + 1)] = T.CreateTruncating(valueScales[layer]);
            }
        }

        return parameters;
    }

    private void Check(ReadOnlySpan<double> queryScales, ReadOnlySpan<double> valueScales)
    {
        if (queryScales.Length != Shape.Layers || valueScales.Length < Shape.Layers - 1 || valueScales.Length > Shape.Layers)
        {
            throw new ArgumentException(
                $"{queryScales.Length} query scales and {valueScales.Length} value scales do not fit {Shape.Layers} layers: they need "
                    + $"{Shape.Layers} and {Shape.Layers - 1} (or {Shape.Layers})");
        }
    }

    private static double[] Identity(int d)
    {
        double[] identity = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            identity[i * (d + 1)] = 1;
        }

        return identity;
    }
}
