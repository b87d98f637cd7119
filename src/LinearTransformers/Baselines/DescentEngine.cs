using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>Owns the loop of gradient descent over a batch: each bundle is loaded once for all schedules.</summary>
internal sealed unsafe class DescentEngine<TLane, TScalar, TDim> : IDescentEngine<TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged, INumberBase<TScalar>
    where TDim : struct, IDimension
{
    private readonly int _dimension;
    private readonly AlignedBuffer<TScalar>? _preconditioner;
    private readonly ScratchPool<DescentWorkspace<TLane, TScalar>> _workspaces;
    private readonly BlockSums _squares;
    private readonly BlockSums _moments;
    private AlignedBuffer<TScalar> _minusStepSizes = new(1);
    private GramStatistics<TScalar>? _statistics;
    private int _schedules;
    private int _steps;

    public DescentEngine(int dimension, double[]? preconditioner, WorkerTeam? team)
    {
        _dimension = dimension;
        _workspaces = new(() => new(dimension));
        _squares = new(TLane.Count, team, SumSquares);
        _moments = new(TLane.Count, team, SumMoments);
        if (preconditioner is not null)
        {
            _preconditioner = new(preconditioner.Length);
            Convert(preconditioner, _preconditioner.Span);
        }
    }

    private TScalar* Preconditioner => _preconditioner is { } matrix ? matrix.Pointer : null;

    public void Evaluate(ReadOnlySpan<double> schedules, int steps, GramStatistics<TScalar> statistics, Span<double> losses)
    {
        if (_minusStepSizes.Length < schedules.Length)
        {
            _minusStepSizes = new(schedules.Length);
        }

        Convert(schedules, _minusStepSizes.Span);
        foreach (ref TScalar step in _minusStepSizes.Span[..schedules.Length])
        {
            step = -step;
        }

        (_statistics, _steps, _schedules) = (statistics, steps, schedules.Length / steps);
        _squares.Run(statistics.Bundles, losses.Length);
        _statistics = null;
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = _squares.Total(i) / statistics.BatchSize;
        }
    }

    public (double LabelSquared, double LabelTimesStep, double StepSquared) SingleStepMoments(GramStatistics<TScalar> statistics)
    {
        _statistics = statistics;
        _moments.Run(statistics.Bundles, 3);
        _statistics = null;
        double batchSize = statistics.BatchSize;
        return (_moments.Total(0) / batchSize, _moments.Total(1) / batchSize, _moments.Total(2) / batchSize);
    }

    /// <summary>A block's squared residuals, [schedules, steps].</summary>
    private void SumSquares(int begin, int end, Span<double> slot)
    {
        GramStatistics<TScalar> statistics = _statistics!;
        DescentWorkspace<TLane, TScalar> work = _workspaces.Rent();
        work.Sums.Clear(slot.Length);
        for (int bundle = begin; bundle < end; bundle++)
        {
            Load(work, statistics, bundle);
            for (int schedule = 0; schedule < _schedules; schedule++)
            {
                int first = schedule * _steps;
                DescentKernel<TLane, TScalar, TDim>.Descend(
                    work, _minusStepSizes.Pointer + first, _steps, work.Sums.Pointer + first, _dimension);
            }
        }

        Finish(slot, work, statistics);
    }

    private void SumMoments(int begin, int end, Span<double> slot)
    {
        GramStatistics<TScalar> statistics = _statistics!;
        DescentWorkspace<TLane, TScalar> work = _workspaces.Rent();
        work.Sums.Clear(slot.Length);
        for (int bundle = begin; bundle < end; bundle++)
        {
            Load(work, statistics, bundle);
            DescentKernel<TLane, TScalar, TDim>.AddMoments(work, work.Sums.Pointer, _dimension);
        }

        Finish(slot, work, statistics);
    }

    private void Load(DescentWorkspace<TLane, TScalar> work, GramStatistics<TScalar> statistics, int bundle)
        => DescentKernel<TLane, TScalar, TDim>.Load(
            work, (TLane*)statistics.Pointer + ((long)bundle * statistics.Layout.Stride), Preconditioner, _dimension);

    private void Finish(Span<double> slot, DescentWorkspace<TLane, TScalar> work, GramStatistics<TScalar> statistics)
    {
        work.Sums.Fill(slot);
        _workspaces.Return(work);
        GC.KeepAlive(statistics);
    }

    private static void Convert(ReadOnlySpan<double> numbers, Span<TScalar> converted)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            converted[i] = TScalar.CreateTruncating(numbers[i]);
        }
    }
}
