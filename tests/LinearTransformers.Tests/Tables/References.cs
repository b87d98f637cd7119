using LinearTransformers.Settings;

namespace LinearTransformers.Tests.Tables;

/// <summary>What is demanded of every part of a catalog: a reference from outside the library, or a reason for having none.</summary>
internal static class References
{
    /// <summary>
    /// Fails for parts that have neither a reference nor a reason, and for reasons of parts that have a reference or are gone.
    /// </summary>
    /// <param name="catalog">The parts.</param>
    /// <param name="referenced">The names, or texts, of those with a reference.</param>
    /// <param name="without">The names of the others, with the reason.</param>
    public static void AssertDemanded(ICatalog catalog, IEnumerable<string> referenced, IReadOnlyDictionary<string, string> without)
    {
        HashSet<string> names = [.. referenced.Select(text => text.Split(':')[0])];
        Assert.All(catalog.Entries, entry => Assert.True(
            names.Contains(entry.Name) != without.ContainsKey(entry.Name),
            names.Contains(entry.Name)
                ? $"{catalog.Kind} {entry.Name} has a reference, and a reason for having none: the reason must go"
                : $"{catalog.Kind} {entry.Name} has no reference from outside the library: there must be one, or the reason why not"));
        Assert.Empty(without.Keys.Except(catalog.Entries.Select(entry => entry.Name)));
        Assert.All(without.Values, reason => Assert.NotEmpty(reason));
    }
}
