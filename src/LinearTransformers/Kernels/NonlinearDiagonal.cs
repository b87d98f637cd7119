using System.Numerics;
using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>The diagonal of the Hessian of the nonlinear-regression model's loss, compiled for a lane type.</summary>
internal interface INonlinearDiagonal<TNumber>
    where TNumber : unmanaged, INumberBase<TNumber>
{
    /// <summary>∂²f/∂θ_i² for each of some coordinates.</summary>
    void Evaluate(ReadOnlySpan<TNumber> parameters, TokenBundles<TNumber> tokens, IReadOnlyList<int> coordinates, Span<double> diagonal);
}

/// <summary>
/// ∂²f/∂θ_i² is the second derivative of f along one coordinate, so a forward pass to second order gives it
/// (<see cref="TaylorLanes{TLane,TScalar}"/>):
/// with residuals r + r₁ ε + r₂ ε², f'' = (1/B) Σ 2 (r₁² + 2 r r₂). Nor need the tokens move one by one. The network is linear in each of
/// its parameters as long as no hidden unit changes sign, so a token's row moves by c_n u ε with the same u for all tokens and prompts,
/// <code>
/// W₁[i, k]: u = e_i, c_n = a_nk    b₁[i]: u = e_i, c_n = 1    W₀[j, k]: u = W₁[:, j], c_n = x_nk where a_nj &gt; 0    b₀[j]: c_n = 1 there
/// </code>
/// and all that the layers see of it is
/// <code>
/// G + ε (u sᵀ + s uᵀ) + ε² t u uᵀ    s = (1/N) Σ c_n z_n    t = (1/N) Σ c_n²    q + ε c_q u
/// </code>
/// A parameter of a layer leaves what that layer is given as it is.
/// </summary>
internal sealed unsafe class NonlinearDiagonal<TLane, TNumber, TDim, TSize> : INonlinearDiagonal<TNumber>
    where TLane : unmanaged, ILane<TLane, TNumber>
    where TNumber : unmanaged, INumberBase<TNumber>
    where TDim : struct, IDimension
    where TSize : struct, IDimension
{
    private readonly NonlinearRegressionShape _shape;
    private readonly BlockSums _sums;
    private readonly AlignedBuffer<TNumber> _parameters;
    private ScratchPool<Workspace>? _workspaces;
    private int _contextLength;
    private TokenBundles<TNumber>? _tokens;
    private int[] _coordinates = [];

    public NonlinearDiagonal(NonlinearRegressionShape shape, WorkerTeam? team)
    {
        _shape = shape;
        _parameters = new(shape.ParameterCount);
        _sums = new(Bundle.Lanes<TNumber>(), team, EvaluateBlock);
    }

    public void Evaluate(
        ReadOnlySpan<TNumber> parameters, TokenBundles<TNumber> tokens, IReadOnlyList<int> coordinates, Span<double> diagonal)
    {
        if (_workspaces is null || _contextLength != tokens.ContextLength)
        {
            _contextLength = tokens.ContextLength;
            int length = _contextLength;
            _workspaces = new(() => new Workspace(_shape, length));
        }

        parameters.CopyTo(_parameters.Span);
        (_tokens, _coordinates) = (tokens, [.. coordinates]);
        _sums.Run(tokens.Bundles, _coordinates.Length);
        _tokens = null;
        for (int i = 0; i < _coordinates.Length; i++)
        {
            diagonal[i] = 2 * _sums.Total(i) / tokens.BatchSize;
        }
    }

    private void EvaluateBlock(int begin, int end, Span<double> slot)
    {
        TokenBundles<TNumber> tokens = _tokens!;
        int shares = Bundle.Shares<TLane, TNumber>();
        int lanes = Bundle.Lanes<TNumber>();
        Workspace work = _workspaces!.Rent();
        work.Begin(_parameters.Span, shares * _coordinates.Length);
        for (int bundle = begin; bundle < end; bundle++)
        {
            TNumber* entries = tokens.Pointer + ((long)bundle * tokens.Stride * lanes);
            for (int share = 0; share < shares; share++)
            {
                TLane* prompts = LaneLift.To<TLane, TLane, TNumber>(entries, share, work.Plain.Lifted, tokens.Stride);
                TLane* sums = work.Sums + (share * _coordinates.Length);
                AddShare(work, prompts, tokens.BatchSize - (bundle * lanes) - (share * TLane.Count), sums);
            }
        }

        LaneLift.AddOverLanes<TLane, TLane, TNumber>(work.Sums, _coordinates.Length, slot);
        _workspaces!.Return(work);
        GC.KeepAlive(tokens);
    }

    /// <summary>Adds r₁² + 2 r r₂ for each coordinate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddShare(Workspace work, TLane* prompts, int lanes, TLane* sums)
    {
        TLane overN = TLane.Broadcast(TNumber.One / TNumber.CreateTruncating(_contextLength));
        NonlinearKernel<TLane, TNumber, TDim, TSize>.Embed(work.Plain, _parameters.Pointer, prompts, overN);
        TLane label = prompts[(_contextLength + 1) * (_shape.Dimension + 1)];
        NonlinearKernel<TLane, TNumber, TDim, TSize>.ForwardLayers(work.Plain, _parameters.Pointer, label, from: 0);
        for (int i = 0; i < _coordinates.Length; i++)
        {
            int coordinate = _coordinates[i];
            bool ofLayers = coordinate < _shape.AttentionCount;
            int from = ofLayers ? coordinate / (2 * _shape.Heads * _shape.MatrixSize) : 0;
            if (ofLayers)
            {
                work.Start(from);
                work.Move(coordinate, TNumber.One);
            }
            else
            {
                work.StartOfNetwork(coordinate, _parameters.Pointer, prompts, overN);
            }

            TaylorLanes<TLane, TNumber> residual = NonlinearKernel<TaylorLanes<TLane, TNumber>, Taylor<TNumber>, TDim, TSize>.ForwardLayers(
                work.Moving, work.MovingParameters, new TaylorLanes<TLane, TNumber>(label, TLane.Zero, TLane.Zero), from);
            if (ofLayers)
            {
                work.Move(coordinate, TNumber.Zero);
            }

            TLane term = TLane.FusedMultiplyAdd(residual.First, residual.First, (residual.Value + residual.Value) * residual.Second);
            for (int lane = Math.Max(lanes, 0); lane < TLane.Count; lane++)
            {
                ((TNumber*)&term)[lane] = TNumber.Zero;
            }

            sums[i] += term;
        }
    }

    /// <summary>A thread's room: the network's pass as it is, and the layers' to second order.</summary>
    private sealed class Workspace
    {
        private readonly NonlinearRegressionShape _shape;
        private readonly int _contextLength;
        private readonly AlignedBuffer<Taylor<TNumber>> _parameters;
        private readonly AlignedBuffer<TLane> _room;
        private AlignedBuffer<TLane> _sums = new(1);

        public Workspace(NonlinearRegressionShape shape, int contextLength)
        {
            (_shape, _contextLength) = (shape, contextLength);
            Plain = new(shape, contextLength, 1);
            Moving = new(shape, 1, 1);
            _parameters = new(shape.ParameterCount);
            _room = new((2L * (shape.Dimension + 1)) + contextLength + 1);
        }

        public NonlinearWorkspace<TLane, TNumber, TDim, TSize> Plain { get; }

        public NonlinearWorkspace<TaylorLanes<TLane, TNumber>, Taylor<TNumber>, TDim, TSize> Moving { get; }

        public Taylor<TNumber>* MovingParameters => _parameters.Pointer;

        public TLane* Sums => _sums.Pointer;

        public void Begin(ReadOnlySpan<TNumber> parameters, int sums)
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                _parameters.Pointer[i] = new(parameters[i], TNumber.Zero, TNumber.Zero);
            }

            if (_sums.Length < sums)
            {
                _sums = new(sums);
            }

            _sums.Span.Clear();
        }

        /// <summary>Gives a parameter its first-order part.</summary>
        public void Move(int coordinate, TNumber by)
            => _parameters.Pointer[coordinate] = new(_parameters.Pointer[coordinate].Value, by, TNumber.Zero);

        /// <summary>G and q of a layer as they are.</summary>
        public void Start(int layer)
        {
            int size = _shape.Dimension + 1;
            NonlinearLayer<TLane> from = Plain.Layer(layer);
            NonlinearLayer<TaylorLanes<TLane, TNumber>> to = Moving.Layer(layer);
            for (int i = 0; i < size * size; i++)
            {
                to.G[i] = new(from.G[i], TLane.Zero, TLane.Zero);
            }

            for (int i = 0; i < size; i++)
            {
                to.Query[i] = new(from.Query[i], TLane.Zero, TLane.Zero);
            }
        }

        /// <summary>G and q of the bottom layer with what moves of them.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Start(TLane* u, TLane* s, TLane t, TLane query)
        {
            int size = _shape.Dimension + 1;
            NonlinearLayer<TLane> from = Plain.Layer(0);
            NonlinearLayer<TaylorLanes<TLane, TNumber>> to = Moving.Layer(0);
            for (int i = 0; i < size; i++)
            {
                TLane tu = t * u[i];
                for (int j = 0; j < size; j++)
                {
                    int entry = (i * size) + j;
                    to.G[entry] = new(from.G[entry], TLane.FusedMultiplyAdd(u[i], s[j], s[i] * u[j]), tu * u[j]);
                }

                to.Query[i] = new(from.Query[i], query * u[i], TLane.Zero);
            }
        }

        /// <summary>The same for the way in which a parameter of the network moves them.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void StartOfNetwork(int coordinate, TNumber* parameters, TLane* prompts, TLane overN)
        {
            int d = _shape.Dimension;
            int hidden = _shape.Hidden;
            TLane* u = _room.Pointer;
            TLane* s = u + d + 1;
            TLane* c = s + d + 1;
            new Span<TLane>(u, 2 * (d + 1)).Clear();
            TLane* units = Plain.Hidden;
            bool isSecond = coordinate >= _shape.OffsetOfSecondWeights;
            if (isSecond)
            {
                bool isBias = coordinate >= _shape.OffsetOfSecondBiases;
                int place = coordinate - (isBias ? _shape.OffsetOfSecondBiases : _shape.OffsetOfSecondWeights);
                u[isBias ? place : place / hidden] = TLane.One;
                for (int n = 0; n <= _contextLength; n++)
                {
                    c[n] = isBias ? TLane.One : units[(n * hidden) + (place % hidden)];
                }
            }
            else
            {
                bool isBias = coordinate >= _shape.OffsetOfFirstBiases;
                int place = coordinate - (isBias ? _shape.OffsetOfFirstBiases : _shape.OffsetOfFirstWeights);
                int unit = isBias ? place : place / d;
                for (int i = 0; i < d; i++)
                {
                    u[i] = TLane.Broadcast(parameters[_shape.OffsetOfSecondWeights + (i * hidden) + unit]);
                }

                for (int n = 0; n <= _contextLength; n++)
                {
                    c[n] = TLane.KeepWherePositive(units[(n * hidden) + unit], isBias ? TLane.One : prompts[(n * (d + 1)) + (place % d)]);
                }
            }

            TLane t = TLane.Zero;
            for (int n = 0; n < _contextLength; n++)
            {
                for (int i = 0; i <= d; i++)
                {
                    TLane.Accumulate(c[n], Plain.Tokens[(n * (d + 1)) + i], ref s[i]);
                }

                TLane.Accumulate(c[n], c[n], ref t);
            }

            for (int i = 0; i <= d; i++)
            {
                s[i] *= overN;
            }

            Start(u, s, t * overN, c[_contextLength]);
        }
    }
}
