using System.Text.RegularExpressions;

namespace LinearTransformers.Cli.Tests.Structure;

/// <summary>
/// The folders and arrows of docs/design.md: below the line of a project, which begins with <c>src/</c>, each folder has a line with a
/// slash behind its name, and the folders that it uses stand behind an arrow, on that line or on one of the next.
/// </summary>
internal static partial class DocumentedFolders
{
    /// <summary>Its graph for each project, in the order of the lines.</summary>
    public static IReadOnlyDictionary<string, FolderGraph> Read(IEnumerable<string> lines)
    {
        Dictionary<string, FolderGraph> projects = new(StringComparer.Ordinal);
        FolderGraph? graph = null;
        string? folder = null;
        bool goesOn = false;
        List<(FolderGraph Graph, string Folder, string Used)> arrows = [];
        foreach (string line in lines)
        {
            if (Project().Match(line) is { Success: true } project)
            {
                graph = projects[project.Groups["name"].Value] = new FolderGraph();
                folder = null;
            }
            else if (graph is not null && Folder().Match(line) is { Success: true } named)
            {
                folder = named.Groups["name"].Value;
                graph.Add(folder);
            }
            else if (line.Length > 0 && !line.StartsWith("      ", StringComparison.Ordinal))
            {
                (graph, folder) = (null, null);
            }

            // A list that ends with a comma goes on in the next line.
            string? used = line.Split('→') is [_, string begun] ? begun : goesOn ? line : null;
            goesOn = used?.TrimEnd().EndsWith(',') ?? false;
            if (graph is not null && folder is not null && used is not null)
            {
                arrows.AddRange(used.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(name => (graph, folder, name)));
            }
        }

        // After all folders, whose order is that of their lines.
        arrows.ForEach(arrow => arrow.Graph.Add(arrow.Folder, arrow.Used));
        return projects;
    }

    [GeneratedRegex(@"^    src/(?<name>[\w.]+)/(\s|$)")]
    private static partial Regex Project();

    [GeneratedRegex(@"^      (?<name>\(root\)|\w+(/\w+)*)/(\s|$)")]
    private static partial Regex Folder();
}
