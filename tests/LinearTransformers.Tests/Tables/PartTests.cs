using System.Text.RegularExpressions;
using LinearTransformers.Baselines;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>What parts are called, and that their settings come back from a command line and from JSON.</summary>
public partial class PartTests
{
    public static TheoryData<string, string> Cases => PartCases.All;

    public static TheoryData<string, string> CasesOfRuns => PartCases.OfRuns;

    [Fact]
    public void There_are_parts_of_every_kind_and_a_setting_of_a_run_names_all_but_baselines()
    {
        Assert.Contains(typeof(CovariateLaw), PartCases.Kinds);
        Assert.Equal([typeof(Baseline)], PartCases.Kinds.Except(PartCases.KindsOfRuns));
        Assert.All(PartCases.KindsOfRuns, kind => Assert.True(PartCases.SettingOf(kind).HasOption));
        Assert.All(PartCases.Kinds, kind =>
        {
            Assert.NotEmpty(Parts.Of(kind).Entries);
            Assert.NotEmpty(Parts.Of(kind).Kind);
        });
    }

    [Fact]
    public void Every_part_that_the_library_shows_is_in_a_catalog()
    {
        IEnumerable<Type> shown = typeof(Part).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Part)) && !type.IsAbstract);
        IEnumerable<Type> listed = PartCases.Kinds.SelectMany(kind => Parts.Of(kind).Entries).Select(entry => entry.Default.GetType());
        Assert.Equal(shown.OrderBy(type => type.FullName), listed.OrderBy(type => type.FullName));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_part_and_its_settings_are_described(string kind, string text)
    {
        Part part = PartCases.Part(PartCases.Kind(kind), text);
        PartEntry entry = Parts.Of(PartCases.Kind(kind)).Entries.Single(entry => entry.Name == Parts.NameOf(part));
        Assert.Matches(PartName(), entry.Name);
        Assert.NotEmpty(entry.Summary.Trim());
        Assert.False(entry.Summary.EndsWith('.'));
        foreach (IGrouping<string, SettingDeclaration> option in SettingDeclaration.Of(part.GetType()).GroupBy(setting => setting.Option))
        {
            // Settings that share an option are described by the first; what stands behind the colon alone, by the part.
            Assert.True(!option.First().IsNamed || option.First().Help.Length > 0, $"{text}: {option.Key} has no help");
            Assert.All(
                option, setting => Assert.True(setting.IsNamed || setting.Position > 0, $"{text}: {setting.Name} can be given nowhere"));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_part_comes_back_from_its_text(string kind, string text)
    {
        Type type = PartCases.Kind(kind);
        Part part = PartCases.Part(type, text);
        Assert.Equal(text, Parts.TextOf(part));
        Assert.Equal(part, Parts.Parse("part", type, Parts.TextOf(part), null));
        if (SettingDeclaration.Of(part.GetType()).Any(setting => setting.IsText))
        {
            return;
        }

        Assert.Throws<SettingException>(() => Parts.Parse("part", type, text + ":1,2,3,4,5,6,x", null));
        Assert.Throws<SettingException>(() => Parts.Parse("part", type, text + "x", null));
    }

    [Theory]
    [MemberData(nameof(CasesOfRuns))]
    public void Settings_with_a_part_come_back_from_JSON_and_from_a_command_line(string kind, string text)
    {
        Type type = PartCases.Kind(kind);
        SettingDeclaration setting = PartCases.SettingOf(type);
        foreach (Part part in (Part[])[PartCases.Part(type, text), Changed(PartCases.Part(type, text))])
        {
            TrainingSettings settings = SettingTree.With(
                PartCases.ShortRun(PartCases.DimensionOf(text)),
                setting.Name, (_, _) => part, out bool hasIt);
            Assert.True(hasIt);
            settings.Validate();
            Assert.Equal(settings, SettingsJson.Read(SettingsJson.Write(settings)));
            Assert.Equal(settings, SettingsJson.ReadOfRun(SettingsJson.WriteConfig(settings)));
            Assert.DoesNotContain(
                SettingTree.Flatten(SettingsJson.ReadOfRun(SettingsJson.WriteConfig(settings))),
                pair => pair.Setting.Get(pair.Owner) is IAbsentPart);

            (string, string)[] given = [.. SettingTree.Flatten(settings)
                .Where(pair => pair.Setting.HasOption)
                .GroupBy(pair => pair.Setting.Option)
                .Select(option => (option.Key, Text: option.Select(pair => SettingValue.Format(pair.Setting.Get(pair.Owner)))))
                .Select(option => (option.Key, string.Join(',', option.Text)))];
            List<string> unused = [];
            Assert.Equal(settings, SettingNames.Apply(new TrainingSettings(), given, unused));
            Assert.Empty(unused);
        }
    }

    /// <summary>A part in which every setting of its own has another value, as far as there is one.</summary>
    private static Part Changed(Part part)
    {
        foreach (SettingDeclaration setting in SettingDeclaration.Of(part.GetType()).Where(setting => !setting.IsPart))
        {
            object? current = setting.Get(part);
            object?[] candidates = setting.Kind.IsEnum ? [.. Enum.GetValues(setting.Kind)]
                : setting.Kind == typeof(bool) ? [true, false]
                : setting.Kind == typeof(double) ? [0.1 + 0.2, 4.7, 31.0]
                : setting.Kind == typeof(int) ? [3, 40]
                : setting.Kind == typeof(long) ? [3L, 40L]
                : setting.Kind == typeof(IReadOnlyList<double>) ? [new NumberList([0.25, 2, 3, 0.5])]
                : setting.IsText || (setting.IsNamed && !setting.HasOption) ? [current]
                : throw new NotSupportedException($"{setting.Name} is of a type that has no other value here: there must be one");
            IEnumerable<object?> others = candidates.Where(value => !Equals(value, current) && setting.WhatIsWrong(value) is null);
            Assert.True(candidates.Length == 1 || others.Any(), $"there is no other value of {setting.Name}");
            part = (Part)setting.With(part, others.FirstOrDefault(current));
        }

        return part;
    }

    [GeneratedRegex("^[a-z][a-z0-9+-]*$")]
    private static partial Regex PartName();
}
