using System.Text.RegularExpressions;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>docs/migrating.md: the names in its tables of four columns, published name, library, command line and difference.</summary>
public partial class MigratingDocumentTests
{
    private const string Header = "| Published | Library | Command line | What differs |";

    [Fact]
    public void Every_name_of_the_library_is_a_public_one()
    {
        Dictionary<string, Type> types = typeof(TrainingSettings).Assembly.GetExportedTypes()
            .Where(type => !type.IsNested).ToDictionary(type => type.Name.Split('`')[0] + (type.IsGenericType ? "<T>" : ""));
        string[] names = [.. Cells(1).Distinct()];
        Assert.NotEmpty(names);
        Assert.All(names, name =>
        {
            string[] parts = name.Split('.');
            Assert.True(types.TryGetValue(parts[0], out Type? type), name);
            Assert.True(parts.Length == 1 || type.GetMember(parts[1]).Length > 0, name);
        });
    }

    [Fact]
    public void Every_option_is_one_of_its_command()
    {
        string[] lines = [.. Cells(2).Distinct()];
        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            string[] words = line.StartsWith("--", StringComparison.Ordinal) ? ["train", line] : line.Split(' ')[1..];
            string help = Invocation.Of(words[0], "--help").Out;
            Assert.All(words[1..].Where(word => char.IsAsciiLetterLower(word[0]) || word[0] == '-'), word => Assert.Matches($"(?<![\\w-]){Regex.Escape(word)}(?![\\w-])", help));
        });
    }

    [Fact]
    public void Every_file_it_links_to_is_there()
    {
        string folder = Path.Combine(RepositoryRoot.Path, "docs");
        string[] links = [.. Link().Matches(File.ReadAllText(Path.Combine(folder, "migrating.md"))).Select(match => match.Groups[1].Value)];
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(folder, link)), link));
    }

    /// <summary>What stands as code in a column.</summary>
    private static IEnumerable<string> Cells(int column)
    {
        bool isTable = false;
        foreach (string line in File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "migrating.md")))
        {
            isTable = line == Header || (isTable && line.StartsWith('|'));
            if (isTable)
            {
                string[] cells = line.Trim('|').Split('|');
                Assert.Equal(4, cells.Length);
                foreach (Match match in Code().Matches(cells[column]))
                {
                    yield return match.Groups[1].Value;
                }
            }
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)#]+)[^)]*\)")]
    private static partial Regex Link();
}
