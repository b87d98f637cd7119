using System.CommandLine;

namespace LinearTransformers.Cli.Usage;

/// <summary>An option that the help shows under a heading.</summary>
internal interface IGroupedOption
{
    /// <summary>The heading.</summary>
    string Group { get; }
}

/// <inheritdoc/>
internal sealed class GroupedOption<T>(string group, string name, params string[] aliases) : Option<T>(name, aliases), IGroupedOption
{
    /// <inheritdoc/>
    public string Group => group;
}
