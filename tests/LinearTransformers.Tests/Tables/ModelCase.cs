using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Shapes;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>
/// A model of every catalog entry with every combination of its parts and switches, by the options that choose it, and a batch for it.
/// </summary>
internal sealed class ModelCase
{
    public const int Heads = 2;

    private const int Prompts = 19;
    private const int ContextLength = 5;

    private ModelCase(string options, int heads)
    {
        TrainingSettings settings = Settings(options, heads);
        (Model, Sizes) = (settings.Model, settings.Sizes);
        Batch = new(settings.Prompts(null));
        Batch.Draw(new TorchStream(5));
        Loss = Model.NewLoss<double>(Sizes);
        Loss.Load(Batch);
        System.Random random = new(7);
        Parameters = [.. Enumerable.Range(0, Loss.Layout.Count).Select(_ => random.NextDouble() - 0.5)];
        Direction = [.. Parameters.Select(_ => (2 * random.NextDouble()) - 1)];
    }

    /// <summary>Options and heads of every case.</summary>
    public static TheoryData<string, int> All
        => [.. from options in Options where IsAccepted(options) from heads in Enumerable.Range(1, Heads) select (options, heads)];

    /// <summary>Combinations that a run refuses.</summary>
    public static IEnumerable<string> Refused => Options.Where(options => !IsAccepted(options));

    /// <summary>All combinations.</summary>
    public static IEnumerable<string> Options => Model.Catalog.Entries.SelectMany(entry =>
    {
        IEnumerable<string> options = [$"model={entry.Name}"];
        IReadOnlyList<SettingDeclaration> settings = SettingDeclaration.Of(entry.Default.GetType());
        foreach (SettingDeclaration setting in settings.Where(setting => setting.IsPart || setting.Kind == typeof(bool)))
        {
            string[] values = setting.IsPart ? [.. PartCases.TextsOf(setting.Kind)] : ["false", "true"];
            options = [.. options.SelectMany(_ => values, (option, value) => $"{setting.Option}={value} {option}")];
        }

        return options;
    });

    public Model Model { get; }

    public ModelSizes Sizes { get; }

    public PromptBatch Batch { get; }

    /// <summary>The loss on the batch.</summary>
    public BatchLoss<double> Loss { get; }

    public double[] Parameters { get; }

    public double[] Direction { get; }

    public static ModelCase Of(string options, int heads) => new(options, heads);

    /// <summary>The gradient at the parameters plus a step along a direction.</summary>
    public double[] Gradient(double[] direction, double step)
    {
        double[] gradient = new double[Parameters.Length];
        Loss.Evaluate(At(direction, step), gradient);
        return gradient;
    }

    public double[] At(double[] direction, double step) => [.. Parameters.Zip(direction, (x, v) => x + (step * v))];

    /// <summary>The unit vector of a parameter.</summary>
    public double[] Unit(int parameter) => [.. Parameters.Select((_, i) => i == parameter ? 1.0 : 0)];

    private static bool IsAccepted(string options)
    {
        try
        {
            Settings(options, 1).Validate();
            return true;
        }
        catch (SettingException)
        {
            return false;
        }
    }

    private static TrainingSettings Settings(string options, int heads)
    {
        TrainingSettings sizes = new() { Layers = 2, Heads = heads, Dimension = 3, ContextLength = ContextLength, BatchSize = Prompts };
        (string, string)[] texts = [.. options.Split(' ').Select(option => option.Split('=')).Select(pair => (pair[0], pair[1]))];
        return SettingNames.Apply(sizes, texts);
    }
}
