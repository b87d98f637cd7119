using System.Collections.Concurrent;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>A run's model at the start of an iteration.</summary>
internal readonly record struct Snapshot(FinishedRun Run, int Iteration);

/// <summary>The losses of some models, seeds of one point say, on the same prompts.</summary>
/// <param name="Losses">A loss for each model.</param>
/// <param name="Error">
/// The standard error of their mean that comes from the prompts, were they drawn anew; the models have it in common. NaN where it is not
/// known.
/// </param>
internal sealed record Score(double[] Losses, double Error);

/// <summary>
/// Losses on prompts that no run was trained on, many more than a batch has: they come in small blocks, each from a native stream of
/// its own that no run's seed leads to, and no more than a few blocks are in memory at once. Models whose prompts are alike, and that look
/// at them alike (at Gram statistics, or at tokens), are scored on the same ones; a rotated covariance is each run's own. In the modes that
/// a network makes, each block has a network of its own.
/// </summary>
internal static class FreshScores
{
    /// <summary>Streams of prompts to score on: run seeds have 32 bits, these begin beyond them.</summary>
    public const ulong TestKey = 99UL << 32;

    /// <summary>Streams of prompts to choose on, apart from those that the choice is scored on.</summary>
    public const ulong TuningKey = 999UL << 32;

    /// <summary>Scores models, point by point; all models of a point are of runs that differ in their seeds only.</summary>
    /// <param name="points">The points, each with one model or more.</param>
    /// <param name="prompts">How many prompts.</param>
    /// <param name="key">Where they come from.</param>
    /// <param name="threads">Threads that share the work: the bits do not depend on how many.</param>
    /// <param name="progress">Hears of the prompts of each model, in thousands.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Score[] Of(
        IReadOnlyList<IReadOnlyList<Snapshot>> points, int prompts, ulong key, int threads, Func<int, IRunProgress> progress,
            CancellationToken stop)
    {
        Score[] scores = new Score[points.Count];
        using WorkerTeam team = new(threads);
        int[][] parts = [.. Enumerable.Range(0, points.Count)
            .GroupBy(i => Math.Min(prompts, FreshBlocks.SizeFor(points[i][0].Run.Settings)))
            .Select(part => part.ToArray())];
        IRunProgress report = progress(parts.Length * prompts);
        for (int i = 0; i < parts.Length; i++)
        {
            int before = i * prompts;
            Part part = new([.. parts[i].Select(index => points[index])], prompts, key);
            Score[] scored = part.Run(team, done => report.Report(before + done), stop);
            for (int j = 0; j < scored.Length; j++)
            {
                scores[parts[i][j]] = scored[j];
            }
        }

        return scores;
    }

    /// <summary>Points whose blocks are of one size.</summary>
    private sealed class Part(IReadOnlyList<Snapshot>[] points, int prompts, ulong key)
    {
        private readonly int _blockSize = Math.Min(prompts, FreshBlocks.SizeFor(points[0][0].Run.Settings));
        private readonly int _models = points.Sum(point => point.Count);
        private readonly List<Scorer> _scorers = [];

        public Score[] Run(WorkerTeam team, Action<int> onPrompts, CancellationToken stop)
        {
            FindScorers();
            Sum[] sums = [.. points.Select(point => new Sum(point.Count))];
            new FreshBlocks(prompts, _blockSize, key).Run(
                _models,
                team,
                (block, size, losses) =>
                {
                    foreach (Scorer scorer in _scorers)
                    {
                        scorer.Evaluate(block, size, losses);
                    }
                },
                (losses, size) =>
                {
                    int begin = 0;
                    foreach (Sum sum in sums)
                    {
                        sum.Add(losses.AsSpan(begin, sum.Models), size);
                        begin += sum.Models;
                    }
                },
                onPrompts,
                stop);
            return [.. sums.Select(sum => sum.Score())];
        }

        /// <summary>One for each kind of prompts and model.</summary>
        private void FindScorers()
        {
            Dictionary<(TrainingSettings, Covariance?), Scorer> found = [];
            Dictionary<FinishedRun, Scorer> ofRuns = new(ReferenceEqualityComparer.Instance);
            int place = 0;
            foreach (Snapshot model in points.SelectMany(point => point))
            {
                if (!ofRuns.TryGetValue(model.Run, out Scorer? scorer))
                {
                    ofRuns[model.Run] = scorer = ScorerOf(model.Run);
                }

                scorer.Models.Add((model, place++));
            }

            Scorer ScorerOf(FinishedRun run)
            {
                (TrainingSettings Kind, Covariance? Covariance) key = (run.Settings.OfModelAndPrompts(), run.History.Covariance);
                if (!found.TryGetValue(key, out Scorer? scorer))
                {
                    found[key] = scorer = new Scorer(key.Kind, key.Covariance, _blockSize);
                    _scorers.Add(scorer);
                }

                return scorer;
            }
        }
    }

    /// <summary>Models that are scored on one block after the other.</summary>
    private sealed class Scorer(TrainingSettings kind, Covariance? covariance, int blockSize)
    {
        private readonly PromptSettings _prompts = kind.Prompts(covariance);
        private readonly ConcurrentBag<(PromptBatch Batch, BatchLoss<float> Loss)> _rooms = [];

        public List<(Snapshot Model, int Place)> Models { get; } = [];

        public void Evaluate(ulong key, int size, Span<double> losses)
        {
            if (size != blockSize || !_rooms.TryTake(out (PromptBatch Batch, BatchLoss<float> Loss) room))
            {
                room = (new PromptBatch(_prompts with { BatchSize = size }), kind.NewLoss<float>());
            }

            room.Loss.LoadNext(room.Batch, new NativeStream(key));
            foreach ((Snapshot model, int place) in Models)
            {
                losses[place] = room.Loss.Evaluate(model.Run.History.At(model.Iteration));
            }

            if (size == blockSize)
            {
                _rooms.Add(room);
            }
        }
    }

    /// <summary>Means over all prompts, and the error of their mean over models.</summary>
    private sealed class Sum(int models)
    {
        private readonly double[] _losses = new double[models];
        private BlockMean _mean;

        public int Models { get; } = models;

        public void Add(ReadOnlySpan<double> losses, int prompts)
        {
            double mean = 0;
            for (int i = 0; i < losses.Length; i++)
            {
                _losses[i] += prompts * losses[i];
                mean += losses[i] / losses.Length;
            }

            _mean.Add(mean, prompts);
        }

        public Score Score() => new([.. _losses.Select(loss => loss / _mean.Prompts)], _mean.Error);
    }
}
