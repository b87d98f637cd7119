namespace LinearTransformers.Settings;

/// <summary>A setting that makes no sense, named as in the configuration, with its value and what would be right.</summary>
public sealed class SettingException : ArgumentException
{
    /// <summary>"setting is value: it must be requirement".</summary>
    public SettingException(string setting, object? value, string requirement)
        : base(FormattableString.Invariant($"{setting} is {Said(value)}: it must be {requirement}"))
        => (Setting, Requirement) = (setting, requirement);

    /// <summary>The setting's name in the configuration.</summary>
    public string Setting { get; }

    /// <summary>What would be right.</summary>
    public string Requirement { get; }

    private static object Said(object? value) => value switch { null => "missing", "" => "empty", _ => value };
}
