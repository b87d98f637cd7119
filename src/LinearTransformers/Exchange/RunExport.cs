using System.Globalization;
using System.Text.Json;
using LinearTransformers.Settings;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Exchange;

/// <summary>What a run's history and log, or any tensor file, hold, for other programs.</summary>
public sealed class RunExport
{
    private const string IterationName = "iteration";
    private static readonly string[] ConstantNames = ["U", "D"];

    private readonly string _source;
    private readonly IReadOnlyList<Tensor> _tensors;
    private readonly IReadOnlyList<LogLine> _log;
    private readonly RunDirectory? _run;

    private RunExport(string source, IReadOnlyList<Tensor> tensors, IReadOnlyList<LogLine> log, RunDirectory? run)
        => (_source, _tensors, _log, _run) = (source, tensors, log, run);

    /// <summary>A run's history and log.</summary>
    /// <exception cref="RunDirectoryException">There is no run, or nothing is recorded of it yet, or it is damaged.</exception>
    public static RunExport OfRun(string path)
    {
        RunDirectory run = RunDirectory.Load(path);
        if (!run.HasState)
        {
            throw new RunDirectoryException($"{path}: nothing is recorded yet; train it first");
        }

        IReadOnlyList<Tensor> tensors = run.Settings.Precision is Precision.Double ? run.ReadHistory<double>().Tensors()
            : run.ReadHistory<float>().Tensors();
        return new RunExport(path, tensors, run.ReadLog(), run);
    }

    /// <summary>The tensors of a safetensors file.</summary>
    /// <exception cref="TensorFormatException">It is none, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RunExport OfFile(string path) => new(path, TensorFile.Read(path).Tensors, [], null);

    /// <summary>Writes a .npz: the tensors under their names, a run's log as log_iteration, log_loss and log_gradientNorm.</summary>
    /// <exception cref="ArgumentException">NumPy has no such arrays, or a tensor's name is no file's.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteNumpy(string path)
        => NumpyArchive.Write(path, _run is not null
            ?
            [
                .. _tensors,
                Tensor.Vector("log_iteration", _log.Select(line => (long)line.Iteration).ToArray()),
                Tensor.Vector("log_loss", _log.Select(line => line.Loss).ToArray()),
                Tensor.Vector("log_gradientNorm", _log.Select(line => line.GradientNorm).ToArray()),
            ]
            : _tensors);

    /// <summary>
    /// Writes a .csv: of a run, a line for each iteration of the log or the history with loss, gradientNorm and all parameters; of a file,
    /// a line for each index along the first axis, which all tensors must share.
    /// </summary>
    /// <exception cref="ArgumentException">The tensors make no table, or a tensor's name is no column's.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteTable(string path)
    {
        if (_run is null)
        {
            if (_tensors.FirstOrDefault(tensor => tensor.Shape.Length == 0 || tensor.Shape[0] != _tensors[0].Shape[0]) is { } other)
            {
                throw new ArgumentException(
                    $"{_source}: tensor \"{other.Name}\" is not as long as \"{_tensors[0].Name}\"; a table has tensors of one length: "
                        + "choose npz");
            }

            NumberTable.Write(path, _tensors, []);
            return;
        }

        Tensor[] snapshots = [.. _tensors.Where(tensor => !ConstantNames.Contains(tensor.Name) && tensor.Name != IterationName)];
        ReadOnlyMemory<long> at = ((Tensor<long>)_tensors.First(tensor => tensor.Name == IterationName)).Values;
        Dictionary<long, int> snapshotOf = Enumerable.Range(0, at.Length).ToDictionary(i => at.Span[i]);
        Dictionary<long, LogLine> lineOf = _log.GroupBy(line => (long)line.Iteration)
            .ToDictionary(lines => lines.Key, lines => lines.Last());
        long[] iterations = [.. snapshotOf.Keys.Union(lineOf.Keys).Order()];
        int[] places = [.. iterations.Select(t => snapshotOf.GetValueOrDefault(t, -1))];
        NumberTable.Write(
            path,
            [
                Tensor.Vector(IterationName, iterations),
                Tensor.Vector("loss", iterations.Select(t => lineOf.TryGetValue(t, out LogLine line) ? line.Loss : double.NaN).ToArray()),
                Tensor.Vector("gradientNorm",
                    iterations.Select(t => lineOf.TryGetValue(t, out LogLine line) ? line.GradientNorm : double.NaN).ToArray()),
                .. snapshots.Select(tensor => tensor is Tensor<double> doubles ? Spread(doubles, places, double.NaN)
                    : Spread((Tensor<float>)tensor, places, float.NaN)),
            ],
            [.. _tensors.Where(tensor => ConstantNames.Contains(tensor.Name))]);
    }

    /// <summary>
    /// Writes an event file for TensorBoard into a folder, which is created where it is not there: loss, gradientNorm and learningRate of
    /// each line of a run's log, in single precision. A log has no times: its lines get times as if all iterations of the run had taken
    /// equally long.
    /// </summary>
    /// <returns>The file; an earlier one is replaced.</returns>
    /// <exception cref="ArgumentException">It is no run, or nothing was logged.</exception>
    /// <exception cref="RunDirectoryException">What is recorded of the run's environment is damaged.</exception>
    /// <exception cref="AbsentPartException">The run's learning rates are those of a schedule that this program does not have.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public string WriteEvents(string folder)
    {
        if (_run is not { } run || _log.Count == 0)
        {
            throw new ArgumentException(
                $"{(_run is null ? "it is a file of tensors" : "nothing was logged")}, and events are of a run's log: choose npz or csv");
        }

        Directory.CreateDirectory(folder);
        double end = Saved(run.ReadEnvironment());
        double begin = end - run.Seconds;
        string path = Path.Combine(folder, EventFile.Name);
        EventFile.Write(path, begin, _log.SelectMany(line =>
        {
            double time = begin + (run.Seconds * Math.Min(1, (line.Iteration + 1.0) / Math.Max(1, run.Iteration)));
            return (ScalarEvent[])
            [
                new(time, line.Iteration, "loss", (float)line.Loss),
                new(time, line.Iteration, "gradientNorm", (float)line.GradientNorm),
                new(time, line.Iteration, "learningRate", (float)run.Settings.StepSize(line.Iteration)),
            ];
        }));
        return path;
    }

    /// <summary>When a run was saved last, in seconds since 1970; 0 where that is not recorded.</summary>
    private static double Saved(string? environment)
    {
        using JsonDocument json = JsonDocument.Parse(environment ?? "{}");
        return json.RootElement.TryGetProperty("saved", out JsonElement saved) && saved.ValueKind is JsonValueKind.String
            && DateTimeOffset.TryParse(
                saved.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time.ToUnixTimeSeconds() : 0;
    }

    /// <summary>A snapshot at each place, what is missing where there is none.</summary>
    private static Tensor Spread<T>(Tensor<T> tensor, int[] places, T missing)
        where T : unmanaged
    {
        int width = tensor.Shape[0] == 0 ? 0 : tensor.Count / tensor.Shape[0];
        T[] values = new T[checked(places.Length * width)];
        Array.Fill(values, missing);
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0)
            {
                tensor.Values.Span.Slice(places[i] * width, width).CopyTo(values.AsSpan(i * width));
            }
        }

        return Tensor.Of(tensor.Name, values, [places.Length, .. tensor.Shape[1..]]);
    }
}
