namespace LinearTransformers.Cli.Tests.Structure;

/// <summary>The folders of an assembly by name, and for each the folders that it uses.</summary>
internal sealed class FolderGraph
{
    private readonly Dictionary<string, SortedSet<string>> _uses = new(StringComparer.Ordinal);

    /// <summary>In the order in which they were added.</summary>
    public IEnumerable<string> Folders => _uses.Keys;

    /// <summary>"A → B" for each folder B that a folder A uses.</summary>
    public IEnumerable<string> Arrows => _uses.SelectMany(folder => folder.Value, (folder, used) => $"{folder.Key} → {used}");

    public void Add(string folder) => _uses.TryAdd(folder, new SortedSet<string>(StringComparer.Ordinal));

    /// <summary>A folder uses itself without an arrow.</summary>
    public void Add(string folder, string used)
    {
        Add(folder);
        if (folder != used)
        {
            Add(used);
            _uses[folder].Add(used);
        }
    }

    /// <summary>Arrows to a folder that was added later.</summary>
    public IEnumerable<string> ArrowsAhead()
    {
        string[] order = [.. Folders];
        return order.SelectMany(
            (folder, i) => _uses[folder].Where(used => Array.IndexOf(order, used) > i), (folder, used) => $"{folder} → {used}");
    }

    /// <summary>The folders of a circle in the order of its arrows, the first of them again at the end; empty if there is none.</summary>
    public IReadOnlyList<string> Circle()
    {
        HashSet<string> done = [];
        List<string> way = [];
        foreach (string folder in Folders)
        {
            if (Closes(folder))
            {
                return way[way.IndexOf(way[^1])..];
            }
        }

        return [];

        bool Closes(string folder)
        {
            bool isOnWay = way.Contains(folder);
            way.Add(folder);
            if (isOnWay)
            {
                return true;
            }

            if (done.Add(folder) && _uses[folder].Any(Closes))
            {
                return true;
            }

            way.RemoveAt(way.Count - 1);
            return false;
        }
    }
}
