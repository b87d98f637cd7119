using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>The public names of the library as documents write them: Type, Type&lt;T&gt;, and either with .Member.</summary>
internal static class LibraryNames
{
    private static readonly Dictionary<string, Type> _types = typeof(TrainingSettings).Assembly.GetExportedTypes()
        .Where(type => !type.IsNested).ToDictionary(type => type.Name.Split('`')[0] + (type.IsGenericType ? "<T>" : ""));

    public static bool Exists(string name)
    {
        string[] parts = name.Split('.');
        return parts.Length <= 2 && _types.TryGetValue(parts[0], out Type? type)
            && (parts.Length == 1 || type.GetMember(parts[1]).Length > 0);
    }
}
