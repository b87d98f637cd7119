using System.Runtime.Intrinsics;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Baselines;

/// <summary>
/// Owns the loop of least squares over a batch. Each bundle is decomposed in double precision, whatever its statistics
/// are kept in: sixteen single-precision prompts become two bundles of eight.
/// </summary>
internal sealed unsafe class RegressionEngine<T>
    where T : unmanaged
{
    private readonly int _dimension;
    private readonly AlignedBuffer<double>? _whitening;
    private readonly ScratchPool<RegressionWorkspace<DoubleLanes>> _workspaces;
    private readonly BlockSums _sums;
    private GramStatistics<T>? _statistics;
    private double[] _penalties = [];
    private double _rankTolerance;

    public RegressionEngine(int dimension, double[]? whitening, WorkerTeam? team)
    {
        _dimension = dimension;
        _workspaces = new(() => new(dimension));
        _sums = new(Lanes, team, SumSquares);
        if (whitening is not null)
        {
            _whitening = new(whitening.Length);
            whitening.CopyTo(_whitening.Span);
        }
    }

    private static int Lanes => typeof(T) == typeof(float) ? SingleLanes.Count : DoubleLanes.Count;

    /// <summary>The mean squared query errors with each penalty.</summary>
    public void Evaluate(ReadOnlySpan<double> penalties, double rankTolerance, GramStatistics<T> statistics, Span<double> losses)
    {
        (_statistics, _penalties, _rankTolerance) = (statistics, [.. penalties], rankTolerance);
        _sums.Run(statistics.Bundles, penalties.Length);
        _statistics = null;
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = _sums.Total(i) / statistics.BatchSize;
        }
    }

    private void SumSquares(int begin, int end, Span<double> slot)
    {
        GramStatistics<T> statistics = _statistics!;
        RegressionWorkspace<DoubleLanes> work = _workspaces.Rent();
        work.Sums.Clear(slot.Length);
        int stride = statistics.Layout.Stride;
        double* whitening = _whitening is { } matrix ? matrix.Pointer : null;
        for (int bundle = begin; bundle < end; bundle++)
        {
            T* source = statistics.Pointer + ((long)bundle * stride * Lanes);
            for (int part = 0; part < Lanes / DoubleLanes.Count; part++)
            {
                Load(source + (part * DoubleLanes.Count), work.Statistics, stride);
                RegressionKernel<DoubleLanes>.Decompose(work, whitening, _dimension);
                RegressionKernel<DoubleLanes>.AddSquares(work, _penalties, _rankTolerance, work.Sums.Pointer, _dimension);
            }
        }

        work.Sums.Fill(slot);
        _workspaces.Return(work);
        GC.KeepAlive(statistics);
    }

    /// <summary>Eight lanes of a bundle, in double precision.</summary>
    private static void Load(T* source, DoubleLanes* destination, int count)
    {
        for (int i = 0; i < count; i++, source += Lanes)
        {
            if (typeof(T) == typeof(float))
            {
                Vector256<float> lanes = Vector256.Load((float*)source);
                (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(lanes);
                destination[i] = new(Vector512.Create(lower, upper));
            }
            else
            {
                destination[i] = *(DoubleLanes*)source;
            }
        }
    }
}
