using LinearTransformers.Experiments.Exact;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Models;
using LinearTransformers.Settings;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Evaluation;

/// <summary>Means over the blocks of a station, and the rows that they give.</summary>
internal sealed class EvaluationSums
{
    private readonly Station _station;
    private readonly BlockMean[] _means;

    /// <summary>For each subject, of each value that is a loss, its difference from the loss of the model.</summary>
    private readonly BlockMean[][] _differences;

    /// <summary>The same over samples of a few thousand prompts each.</summary>
    private readonly SampleMeans[][] _samples;

    public EvaluationSums(Station station)
    {
        _station = station;
        _means = new BlockMean[station.Count];
        _differences = [.. station.Subjects.Select(_ => new BlockMean[station.Count])];
        _samples = [.. station.Subjects.Select(_ => (SampleMeans[])[.. Enumerable.Range(0, station.Count).Select(_ => new SampleMeans())])];
    }

    /// <summary>Adds a block.</summary>
    public void Add(double[] values, int prompts)
    {
        for (int i = 0; i < values.Length; i++)
        {
            _means[i].Add(values[i], prompts);
            for (int s = 0; s < _differences.Length; s++)
            {
                double difference = values[i] - values[_station.Models[s][^1][^1]];
                _differences[s][i].Add(difference, prompts);
                _samples[s][i].Add(difference, prompts);
            }
        }
    }

    /// <summary>The rows of a subject.</summary>
    public IReadOnlyList<EvaluationRow> Rows(int s, EvaluationOptions options)
    {
        Subject subject = _station.Subjects[s];
        List<EvaluationRow> rows = [];
        for (int t = 0; t < subject.Iterations.Length; t++)
        {
            for (int l = 0; l < _station.Layers.Length; l++)
            {
                bool isReference = t == subject.Iterations.Length - 1 && l == _station.Layers.Length - 1;
                EvaluationRow row = Row("model", t, _station.Models[s][t][l], !isReference);
                rows.Add(row with
                {
                    Layer = _station.Layers[l],
                    Exact = _station.Layers[l] == 1 ? ExactOfOneLayer(subject, subject.Iterations[t]) : null,
                });
            }
        }

        for (int t = options.Compare ? 0 : subject.Iterations.Length - 1; t < subject.Iterations.Length; t++)
        {
            for (int o = 0; o < _station.Opponents.Count; o++)
            {
                bool takesSteps = _station.Opponents[o].Baseline.TakesSteps;
                for (int l = takesSteps || options.Compare ? 0 : _station.Layers.Length - 1; l < _station.Layers.Length; l++)
                {
                    EvaluationRow row = Row(_station.Opponents[o].Name, t, _station.OfOpponents[o][l], hasDifference: true);
                    rows.Add(row with { Layer = takesSteps || options.Compare ? _station.Layers[l] : null });
                    if (options.Compare)
                    {
                        int place = _station.Compared[s][t][l][o];
                        rows[^1] = rows[^1] with
                        {
                            PredictionDifference = _means[place].Mean,
                            PredictionDifferenceError = _means[place].Error,
                            SensitivityDifference = _means[place + 1].Mean,
                            SensitivityDifferenceError = _means[place + 1].Error,
                            Cosine = _means[place + 2].Mean,
                            CosineError = _means[place + 2].Error,
                        };
                    }
                }
            }
        }

        for (int i = 0; _station.Interpolates(s) && i < Station.Weights.Length; i++)
        {
            rows.Add(Row("interpolated", subject.Iterations.Length - 1, _station.Interpolated[s] + i, hasDifference: true) with
            {
                Layer = _station.Kind.Layers,
                Weight = Station.Weights[i],
            });
        }

        return rows;

        EvaluationRow Row(string method, int t, int place, bool hasDifference)
            => RowOf(subject, subject.Iterations[t], method) with
            {
                Prompts = (int)_means[place].Prompts,
                Loss = _means[place].Mean,
                StandardError = _means[place].Error,
                Difference = hasDifference ? _differences[s][place].Mean : null,
                DifferenceError = hasDifference ? _differences[s][place].Error : null,
                SampleDifference = hasDifference ? _samples[s][place].Median : null,
                SampleDifferenceError = hasDifference ? _samples[s][place].Error : null,
            };
    }

    /// <summary>A row without a loss.</summary>
    public static EvaluationRow RowOf(Subject subject, int iteration, string method)
    {
        TrainingSettings settings = subject.Settings;
        return new EvaluationRow
        {
            Run = subject.Run.Path,
            Iteration = iteration,
            Method = method,
            N = settings.ContextLength,
            D = settings.Dimension,
            Noise = Math.Sqrt(settings.Noise.Variance),
            NoiseLaw = Parts.TextOf(settings.Noise),
            Covariates = Parts.TextOf(settings.Covariates),
            Covariance = Parts.TextOf(subject.Unscaled.Covariance),
            Tasks = Parts.TextOf(settings.Tasks),
            TaskCovariance = Parts.TextOf(subject.Unscaled.TaskCovariance),
            XScale = subject.On.Scale,
            Loss = double.NaN,
        };
    }

    /// <summary>The expected loss of a model's only layer; null where theory does not have it.</summary>
    private static double? ExactOfOneLayer(Subject subject, int iteration)
    {
        TrainingSettings settings = subject.Settings;
        if (settings is not { Layers: 1, Model: LinearTransformerModel model }
            || ExactCase.Of(settings) is not { IsNormal: true, Activation.IsLinear: true } of)
        {
            return null;
        }

        int d = settings.Dimension;
        int size = model.IsFull ? d + 1 : d;
        float[] matrices = model.Matrices(settings.Sizes, subject.Run.Run.History.At(iteration));
        double[,] query = new double[d, d];
        for (int head = 0; head < settings.Heads; head++)
        {
            ReadOnlySpan<float> p = matrices.AsSpan(2 * head * size * size, size * size);
            ReadOnlySpan<float> q = matrices.AsSpan(((2 * head) + 1) * size * size, size * size);
            double corner = model.IsFull ? p[^1] : 1;
            for (int i = 0; i < d; i++)
            {
                if (model.IsFull && (p[(d * size) + i] != 0 || q[(i * size) + d] != 0))
                {
                    // The prediction has more than x_qᵀ Q̂ g.
                    return null;
                }

                for (int j = 0; j < d; j++)
                {
                    query[i, j] += corner * q[(i * size) + j];
                }
            }
        }

        return OneLayerLoss.Expected(settings.ContextLength, query, of.Covariance, of.TaskCovariance, of.NoiseVariance);
    }
}
