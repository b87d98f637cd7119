using System.Collections.Concurrent;
using LinearTransformers.Baselines;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Evaluation;

/// <summary>A run that is evaluated on some prompts.</summary>
/// <param name="Run">The run.</param>
/// <param name="On">The prompts.</param>
/// <param name="Settings">Its settings with these prompts.</param>
/// <param name="Unscaled">The same without <see cref="TestPrompts.Scale"/>, whose parts have names.</param>
/// <param name="Iterations">The iterations that are evaluated.</param>
internal sealed record Subject(LoadedRun Run, TestPrompts On, TrainingSettings Settings, TrainingSettings Unscaled, int[] Iterations)
{
    public static Subject Of(LoadedRun run, TestPrompts on, int[] iterations)
        => new(
            run, on, on.Of(run.Settings, run.Run.History.Covariance),
            (on with { Scale = 1 }).Of(run.Settings, run.Run.History.Covariance), iterations);
}

/// <summary>
/// Models of the same shape on the same prompts, with the algorithms beside them: what is measured on a block of prompts, value by value.
/// </summary>
internal sealed class Station
{
    /// <summary>Weights of GD++ in interpolated parameters.</summary>
    public static readonly double[] Weights = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

    private const int ComparedValues = 3;

    private readonly PromptSettings _prompts;
    private readonly PromptKnowledge _known;
    private readonly int _blockSize;
    private readonly bool _compares;
    private readonly ConcurrentBag<Room> _rooms = [];
    private readonly (float[] Model, float[] Constructed)[] _ends;

    /// <param name="kind">The settings that all have in common.</param>
    /// <param name="subjects">The runs.</param>
    /// <param name="layers">Layers that are read out.</param>
    /// <param name="opponents">The algorithms.</param>
    /// <param name="compares">Whether predictions are compared.</param>
    /// <param name="blockSize">Prompts of a block.</param>
    public Station(
        TrainingSettings kind,
        IReadOnlyList<Subject> subjects,
        int[] layers,
        IReadOnlyList<Opponent> opponents,
        bool compares,
        int blockSize)
    {
        (Kind, Subjects, Layers, Opponents) = (kind, subjects, layers, opponents);
        (_compares, _blockSize) = (compares, blockSize);
        _prompts = kind.Prompts(kind.GivenCovariance);
        _known = PromptKnowledge.Of(_prompts);
        _ends = [.. subjects.Select(subject => compares ? ParameterPath.Ends(subject, opponents) : default)];
        int count = 0;
        Models = [.. subjects.Select(subject => subject.Iterations.Select(_ => layers.Select(_ => count++).ToArray()).ToArray())];
        OfOpponents = [.. opponents.Select(opponent => layers.Select(_ => count++).ToArray())];
        Compared = [.. subjects.Select(subject => subject.Iterations.Select(_ => layers.Select(_ => opponents.Select(_ => Next(
            compares ? ComparedValues : 0)).ToArray()).ToArray()).ToArray())];
        Interpolated = [.. _ends.Select(ends => Next(ends.Model is null ? 0 : Weights.Length))];
        Count = count;

        int Next(int values)
        {
            int place = count;
            count += values;
            return place;
        }
    }

    public TrainingSettings Kind { get; }

    public IReadOnlyList<Subject> Subjects { get; }

    public int[] Layers { get; }

    public IReadOnlyList<Opponent> Opponents { get; }

    /// <summary>Values of a block.</summary>
    public int Count { get; }

    /// <summary>Where losses of models are: subject, iteration, layer.</summary>
    public int[][][] Models { get; }

    /// <summary>Where losses of algorithms are: algorithm, layer.</summary>
    public int[][] OfOpponents { get; }

    /// <summary>
    /// Where |ŷ − ŷ'|, the length of the difference of sensitivities and their cosine are: subject, iteration, layer, algorithm.
    /// </summary>
    public int[][][][] Compared { get; }

    /// <summary>Where losses of interpolated parameters begin, for each subject.</summary>
    public int[] Interpolated { get; }

    /// <summary>Whether a subject's parameters can be interpolated with those of GD++.</summary>
    public bool Interpolates(int subject) => _ends[subject].Model is not null;

    /// <summary>Measures a block.</summary>
    public void Measure(ulong seed, int size, Span<double> values)
    {
        if (size != _blockSize || !_rooms.TryTake(out Room? room))
        {
            room = new Room(this, size);
        }

        room.Readout.LoadNext(room.Batch, new NativeStream(seed));
        if (Opponents.Count > 0)
        {
            room.Statistics.Compute(room.Batch);
        }

        for (int s = 0; s < Subjects.Count; s++)
        {
            for (int t = 0; t < Subjects[s].Iterations.Length; t++)
            {
                ReadOnlySpan<float> parameters = Subjects[s].Run.Run.History.At(Subjects[s].Iterations[t]);
                for (int l = 0; l < Layers.Length; l++)
                {
                    values[Models[s][t][l]] = room.Readout.Loss(parameters, Layers[l]);
                }
            }
        }

        int steps = Layers[^1];
        for (int o = 0; o < Opponents.Count; o++)
        {
            IReadOnlyList<QueryErrors> errors = Opponents[o].Baseline.Evaluate(room.Statistics, steps, _known);
            for (int l = 0; l < Layers.Length; l++)
            {
                values[OfOpponents[o][l]] = errors[Layers[l] - 1].Loss;
            }
        }

        if (_compares)
        {
            Compare(room, size, values);
        }

        if (_ends.Any(ends => ends.Model is not null))
        {
            Interpolate(room, values);
        }

        if (size == _blockSize)
        {
            _rooms.Add(room);
        }
    }

    private void Interpolate(Room room, Span<double> values)
    {
        room.Between.Load(room.Batch);
        for (int s = 0; s < Subjects.Count; s++)
        {
            for (int i = 0; Interpolates(s) && i < Weights.Length; i++)
            {
                values[Interpolated[s] + i] = room.Between.Evaluate(ParameterPath.At(_ends[s], Weights[i]));
            }
        }
    }

    private void Compare(Room room, int size, Span<double> values)
    {
        int d = Kind.Dimension;
        int steps = Layers[^1];
        (IReadOnlyList<double[]> Predictions, IReadOnlyList<double[]> Weights)[] theirs = [.. Opponents.Select(opponent => (
            opponent.Baseline.Predict(room.Statistics, steps, _known), opponent.Baseline.Weights(room.Statistics, steps, _known)))];
        float[] predictions = new float[size];
        float[] sensitivities = new float[size * d];
        for (int s = 0; s < Subjects.Count; s++)
        {
            for (int t = 0; t < Subjects[s].Iterations.Length; t++)
            {
                ReadOnlySpan<float> parameters = Subjects[s].Run.Run.History.At(Subjects[s].Iterations[t]);
                for (int l = 0; l < Layers.Length; l++)
                {
                    room.Readout.Predict(parameters, Layers[l], predictions);
                    room.Readout.Sensitivities(parameters, Layers[l], sensitivities);
                    for (int o = 0; o < Opponents.Count; o++)
                    {
                        int step = Opponents[o].Baseline.TakesSteps ? Layers[l] - 1 : 0;
                        Agreement.Of(
                            predictions, sensitivities, theirs[o].Predictions[step], theirs[o].Weights[step],
                            values.Slice(Compared[s][t][l][o], ComparedValues));
                    }
                }
            }
        }
    }

    /// <summary>What a thread measures a block in.</summary>
    private sealed class Room(Station station, int size)
    {
        private GramStatistics<float>? _statistics;
        private BatchLoss<float>? _between;

        public PromptBatch Batch { get; } = new(station._prompts with { BatchSize = size });

        public LayerReadout<float> Readout { get; } = new(station.Kind.Model, station.Kind.Sizes, null, station.Layers);

        public GramStatistics<float> Statistics
            => _statistics ??= new(size, station.Kind.Dimension, hasSquares: true, hasDeviations: true);

        /// <summary>The loss of matrices.</summary>
        public BatchLoss<float> Between => _between ??= ParameterPath.Loss(station.Kind);
    }
}
