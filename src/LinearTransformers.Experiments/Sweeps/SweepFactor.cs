using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>
/// What varies in one direction of a sweep: a setting, or several whose values go along with one another, row by row. The points are the
/// product of all factors.
/// </summary>
/// <param name="Names">The settings, by their options' names.</param>
/// <param name="Rows">Their values, as texts of a command line, one for each of the names.</param>
public sealed record SweepFactor(IReadOnlyList<string> Names, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const string Form = "NAME=V1,V2,… with the name of an option of lintf train, such as d=2,5,10 or sd=0..4";

    /// <summary>One setting with its values: <c>d=2,5,10</c>.</summary>
    /// <param name="option">The option that says it, for messages.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="SettingException">It names no setting, or a value is wrong.</exception>
    public static SweepFactor Of(string option, string text)
    {
        (string name, IReadOnlyList<string> values) = Read(option, text);
        return new SweepFactor([name], [.. values.Select(value => (string[])[value])]);
    }

    /// <summary>Several settings, the first value of each together, then the second, and so on.</summary>
    /// <inheritdoc cref="Of(string, string)"/>
    public static SweepFactor Zipped(string option, IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        (string Name, IReadOnlyList<string> Values)[] columns = [.. texts.Select(text => Read(option, text))];
        for (int i = 1; i < columns.Length; i++)
        {
            if (columns[i].Values.Count != columns[0].Values.Count)
            {
                throw new SettingException(option, texts[i],
                    $"of {Counted.Of(columns[0].Values.Count, "value")}, as many as {texts[0]} has: they go along with one another");
            }
        }

        string[] names = [.. columns.Select(column => column.Name)];
        Once(option, names);
        return new SweepFactor(names, [.. Enumerable.Range(0, columns[0].Values.Count)
            .Select(row => columns.Select(column => column.Values[row]).ToArray())]);
    }

    /// <summary>A table of settings: a line of names, then a point a line.</summary>
    /// <param name="option">The option that names the file, for messages.</param>
    /// <param name="path">The file, of comma-separated values.</param>
    /// <exception cref="SettingException">It is no such table.</exception>
    /// <exception cref="SweepException">It cannot be read.</exception>
    public static SweepFactor OfFile(string option, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SweepException(
                $"--{option} is {(path.Length == 0 ? "empty" : path)}: it must be a file of comma-separated values that can be read, "
                    + "a line of settings' names and then a point a line", exception);
        }

        IReadOnlyList<string>[] lines = [.. CommaSeparated.Read(text).Where(line => line is not [""])];
        if (lines.Length < 2)
        {
            throw new SettingException(option, path, "a file with a line of settings' names and then a point a line");
        }

        string[] names = [.. lines[0].Select(name => NameOf(option, name.Trim()))];
        Once(option, names);
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Count != names.Length)
            {
                throw new SettingException(option, path,
                    $"a table, and line {i + 1} has {Counted.Of(lines[i].Count, "value")} for {Counted.Of(names.Length, "name")}");
            }
        }

        return new SweepFactor(names, [.. lines.Skip(1).Select(line => line.Select(value => value.Trim()).ToArray())]);
    }

    /// <summary>The name of the option of a setting, also by another name that it has.</summary>
    /// <exception cref="SettingException">There is none.</exception>
    public static string NameOf(string option, string name)
    {
        SettingDeclaration[] all = [.. SettingNames.All.Select(pair => pair.Setting).Where(setting => setting.HasOption)];
        SettingDeclaration? named = all.FirstOrDefault(setting => setting.Option == name)
            ?? all.FirstOrDefault(setting => setting.Aliases.Contains(name));
        return named?.Option ?? throw new SettingException(
            option,
            name,
            "the name of an option of lintf train, without its hyphens, as lintf train --help lists them"
                + Spelling.Suggestion(name, all.Select(setting => setting.Option)));
    }

    /// <summary>Refuses a setting that varies in two ways.</summary>
    /// <exception cref="SettingException">One does.</exception>
    public static void Once(string option, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new SettingException(option, twice.Key, "named once: all its values stand in one list");
        }
    }

    private static (string Name, IReadOnlyList<string> Values) Read(string option, string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1 || equals == text.Length - 1)
        {
            throw new SettingException(option, text, Form);
        }

        string name = NameOf(option, text[..equals]);
        return (name, ValueList.Of(name, text[(equals + 1)..]));
    }
}
