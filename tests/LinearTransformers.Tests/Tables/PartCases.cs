using System.Reflection;
using System.Text.Json;
using LinearTransformers.Models.Structures;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>
/// Every part of every catalog of the library, as a command line has it: with the defaults of its settings, and with others where a test of
/// the defaults alone would see little. A part that is added to a catalog is among them.
/// </summary>
internal static class PartCases
{
    private const BindingFlags OwnStatic = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string[]> Others = new()
    {
        [typeof(CovariateLaw)] = ["student-t:1", "student-t:9"],
        [typeof(Schedule)] = ["halve:3", "cosine:0.25"],
        [typeof(TaskLaw)] = ["sparse:3", "pool:3:7"],
        [typeof(ParameterStructure)] = ["separate:2"],
        [typeof(NoiseLaw)] = ["0.5", "values:1,0.25,3"],
    };

    /// <summary>Parts whose defaults fit no run: other values, which fit one of four dimensions.</summary>
    private static readonly Dictionary<string, string> Instead = new()
    {
        ["spectrum:1"] = "spectrum:2,1,0.5,0.25",
        ["file"] = "file:" + Path.Combine(AppContext.BaseDirectory, "Golden", "covariance.csv"),
    };

    /// <summary>The kinds of parts: types with a catalog.</summary>
    public static IReadOnlyList<Type> Kinds { get; } = [.. typeof(Part).Assembly.GetExportedTypes()
        .Where(type => type.IsSubclassOf(typeof(Part)) && type.GetProperty("Catalog", OwnStatic) is not null)];

    /// <summary>Those that a setting of a run names.</summary>
    public static IEnumerable<Type> KindsOfRuns
        => Kinds.Where(kind => SettingNames.All.Any(pair => pair.Setting.Kind == kind && !pair.Setting.IsOtherName));

    /// <summary>Kind and text of every part.</summary>
    public static TheoryData<string, string> All => Of(Kinds);

    /// <summary>Kind and text of every part that a run can have.</summary>
    public static TheoryData<string, string> OfRuns => Of(KindsOfRuns);

    /// <summary>The texts of a kind's parts.</summary>
    public static IEnumerable<string> TextsOf(Type kind)
        => Parts.Of(kind).Entries.Select(entry => Parts.TextOf(entry.Default)).Concat(Others.GetValueOrDefault(kind, []))
            .Select(text => Instead.GetValueOrDefault(text, text));

    /// <summary>The texts of a kind's parts, for a theory.</summary>
    public static TheoryData<string> Of<TKind>() => [.. TextsOf(typeof(TKind))];

    /// <summary>The parts of a kind.</summary>
    public static IEnumerable<TKind> PartsOf<TKind>()
        where TKind : Part
        => TextsOf(typeof(TKind)).Select(Part<TKind>);

    private static TheoryData<string, string> Of(IEnumerable<Type> kinds)
        => [.. kinds.SelectMany(kind => TextsOf(kind).Select(text => (kind.Name, text)))];

    /// <summary>The kind of a name.</summary>
    public static Type Kind(string name) => Kinds.Single(kind => kind.Name == name);

    /// <summary>The part of a text.</summary>
    public static TKind Part<TKind>(string text)
        where TKind : Part
        => (TKind)Part(typeof(TKind), text);

    /// <inheritdoc cref="Part{TKind}(string)"/>
    public static Part Part(Type kind, string text) => Parts.Parse("part", kind, text, current: null);

    /// <summary>A part with the settings of a JSON object.</summary>
    public static TKind With<TKind>(TKind part, JsonElement settings)
        where TKind : Part
    {
        foreach (JsonProperty setting in settings.EnumerateObject())
        {
            part = SettingTree.With(part, setting.Name, (own, _) => SettingValue.Read(own.Name, own.Kind, setting.Value), out bool hasIt);
            Assert.True(hasIt, $"{part} has no setting {setting.Name}");
        }

        return part;
    }

    /// <summary>The setting of a run that names parts of a kind.</summary>
    public static SettingDeclaration SettingOf(Type kind)
        => SettingNames.All.Select(pair => pair.Setting).First(setting => setting.Kind == kind && !setting.IsOtherName);

    /// <summary>
    /// Settings of a short run with a part, everything else at its default: of several blocks of prompts, and bundles that are not full. Of
    /// one stream in five dimensions, which kernels know, of the other in four.
    /// </summary>
    public static TrainingSettings ShortRun(string kind, string text, StreamKind stream)
        => SettingNames.Apply(
            ShortRun() with { Stream = stream, Dimension = stream is StreamKind.Torch ? DimensionOf(text) : 4 },
            [(SettingOf(Kind(kind)).Option, text)]);

    /// <summary>The dimension of short runs that a part fits.</summary>
    public static int DimensionOf(string text) => Instead.ContainsValue(text) ? 4 : 5;

    /// <summary>Settings of a short run with the default parts.</summary>
    public static TrainingSettings ShortRun(int dimension = 5)
        => new()
        {
            Dimension = dimension,
            BatchSize = 300,
            ContextLength = 5,
            Layers = 2,
            MaxIterations = 6,
            LogEvery = 2,
            HistoryStride = 2,
            Seed = 4,
        };
}
