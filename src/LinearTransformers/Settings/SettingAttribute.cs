namespace LinearTransformers.Settings;

/// <summary>
/// Declares a property as a setting: its names, what values it takes and what it means. The command line, the JSON, the help, completion
/// and the checks come from it. The default is what a new object has.
/// </summary>
/// <param name="name">
/// Its name in a configuration and, behind two hyphens, on the command line; null for a part's setting that stands behind the part's name
/// alone, as in <c>student-t:3</c>.
/// </param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string? name = null) : Attribute
{
    /// <summary>Its name.</summary>
    public string? Name { get; } = name;

    /// <summary>Other names of its option.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>What it means, for the help, without the default.</summary>
    public string Help { get; init; } = "";

    /// <summary>What the value is called in the help: its unit or letter. Of those with few values these stand there instead.</summary>
    public string Value { get; init; } = "x";

    /// <summary>The default as the help says it, where it is not the value that a new object has.</summary>
    public string? Default { get; init; }

    /// <summary>Its heading in the help; settings of parts stand under that of the setting which names the part.</summary>
    public string? Group { get; init; }

    /// <summary>The option, where several settings share one and their values stand there with commas between them.</summary>
    public string? Option { get; init; }

    /// <summary>Its place behind the part's name, from 1; 0 where it does not stand there.</summary>
    public int Position { get; init; }

    /// <summary>
    /// Whether it is another way to say what other settings hold: it is read, before them, and never written.
    /// </summary>
    public bool IsOtherName { get; init; }

    /// <summary>Whether it has no option: it stands in configurations only.</summary>
    public bool HasNoOption { get; init; }

    /// <summary>Whether it is left out of a configuration where it is null.</summary>
    public bool IsOmittedIfNull { get; init; }

    /// <summary>
    /// The name of a setting that this one only makes exact: it says nothing to a reader where that differs already.
    /// </summary>
    public string? Completes { get; init; }

    /// <summary>The least value.</summary>
    public double AtLeast { get; init; } = double.NegativeInfinity;

    /// <summary>The largest value.</summary>
    public double AtMost { get; init; } = double.PositiveInfinity;

    /// <summary>What every value is above.</summary>
    public double Above { get; init; } = double.NegativeInfinity;

    /// <summary>What every value is below.</summary>
    public double Below { get; init; } = double.PositiveInfinity;
}
