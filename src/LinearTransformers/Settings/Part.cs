namespace LinearTransformers.Settings;

/// <summary>
/// Something that a setting chooses by name: a law, a label rule, an optimizer, a model. A part is a record with a
/// <see cref="PartAttribute"/>; its own settings are properties with a <see cref="SettingAttribute"/>. It takes one line in its kind's
/// catalog; command line, JSON, help, completion and checks follow from the declarations.
/// </summary>
public abstract record Part
{
    /// <summary>The part as a command line and a configuration have it: <see cref="Parts.TextOf"/>.</summary>
    public sealed override string ToString() => Parts.TextOf(this);
}

/// <summary>What a part is called, and what it is.</summary>
/// <param name="name">Its name on the command line and in a configuration, in lower case with hyphens.</param>
/// <param name="summary">What it is, for the help: a few words without a full stop.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PartAttribute(string name, string summary) : Attribute
{
    /// <summary>The part's name.</summary>
    public string Name { get; } = name;

    /// <summary>What it is.</summary>
    public string Summary { get; } = summary;

    /// <summary>Whether its values stand alone, without its name and a colon: <c>0.5</c>.</summary>
    public bool IsBare { get; init; }
}
