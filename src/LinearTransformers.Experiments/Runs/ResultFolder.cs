using System.Text;
using System.Text.Json;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Output;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Runs;

/// <summary>
/// Where an experiment's figures and results go: <c>figures/</c> and <c>results.json</c> in its folder. What was run
/// in another way than as published has that in its files' names, so that a small version never takes the place of
/// the whole.
/// </summary>
internal sealed class ResultFolder
{
    private readonly string _experiment;
    private readonly bool _draws;
    private readonly string _suffix;
    private readonly string _settings;
    private readonly List<string> _figures = [];

    public ResultFolder(IExperiment experiment, ExperimentOptions options)
    {
        _experiment = experiment.Name;
        _draws = options.Figures;
        _suffix = Suffix(experiment, options);
        _settings = options.SettingNames is { } names && names.Count < experiment.SettingNames.Count ? "-" + string.Join('-', names) : "";
        Path = System.IO.Path.Combine(options.Root, experiment.Name);
    }

    /// <summary>The experiment's folder.</summary>
    public string Path { get; }

    /// <summary>Draws a figure, if figures are wanted.</summary>
    public void Draw(string name, Func<Figure> figure)
    {
        if (_draws)
        {
            string path = System.IO.Path.Combine(Path, "figures", name + _suffix);
            FigureWriter.Save(figure(), path);
            _figures.Add(path);
        }
    }

    /// <summary>Writes a file of measurements, whole or not at all.</summary>
    public void WriteMeasurements(string name, IReadOnlyList<Tensor> tensors)
    {
        Directory.CreateDirectory(Path);
        TensorFile.Write(System.IO.Path.Combine(Path, $"{name}{_suffix}.safetensors"), tensors);
    }

    /// <summary>Writes the results.</summary>
    public ExperimentResult Finish(IReadOnlyList<ResultRow> rows, params IReadOnlyList<ResultRow> details)
    {
        string path = System.IO.Path.Combine(Path, $"results{_settings}{_suffix}.json");
        AtomicFile.WriteAllText(path, ResultsJson.Write(rows, details));
        return new ExperimentResult(_experiment, rows, details, _figures, path);
    }

    private static string Suffix(IExperiment experiment, ExperimentOptions options)
    {
        StringBuilder suffix = new();
        if (options.Protocol is Protocol.Original)
        {
            suffix.Append("-original-protocol");
        }

        if (options.Optimizers is { } algorithms)
        {
            suffix.Append('-').AppendJoin('-',
                algorithms.Select(algorithm => JsonNamingPolicy.KebabCaseLower.ConvertName(algorithm.ToString())));
        }

        if (options.Stream is not StreamKind.Torch)
        {
            suffix.Append('-').Append(JsonNamingPolicy.KebabCaseLower.ConvertName(options.Stream.ToString()));
        }

        if (options.MaxIterations is { } iterations && iterations != experiment.PublishedIterations)
        {
            suffix.Append('-').Append(iterations).Append("its");
        }

        if (options.Seeds is { } seeds && !seeds.SequenceEqual(experiment.PublishedSeeds))
        {
            suffix.Append("-seeds-").AppendJoin('-', seeds);
        }

        return suffix.ToString();
    }
}
