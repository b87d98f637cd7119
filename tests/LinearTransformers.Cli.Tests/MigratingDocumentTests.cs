using System.Text.RegularExpressions;
using LinearTransformers.Experiments.Catalogs;

namespace LinearTransformers.Cli.Tests;

/// <summary>docs/migrating.md: the names in its tables. The head of a column says what its cells name.</summary>
public partial class MigratingDocumentTests
{
    private const string Library = "Library";
    private const string Command = "Command";
    private const string Experiment = "Experiment";

    private static readonly string _path = Path.Combine(RepositoryRoot.Path, "docs", "migrating.md");

    [Fact]
    public void Every_name_of_the_library_is_a_public_one()
    {
        string[] names = [.. Columns().Where(column => IsLibrary(column.Header)).SelectMany(Names).Distinct()];
        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, name => !LibraryNames.Exists(name));
        Assert.DoesNotContain(
            MarkdownFile.CodeSpans(MarkdownFile.Text(_path)), code => Member().IsMatch(code) && !LibraryNames.Exists(code));
    }

    [Fact]
    public void Every_option_is_one_of_its_command()
    {
        string[] lines =
        [
            .. from column in Columns()
               where IsCommand(column.Header)
               from code in column.Cells.SelectMany(MarkdownFile.CodeSpans)
               select column.Header == Command || code.StartsWith("lintf", StringComparison.Ordinal) ? code
                   : $"{column.Header.Trim('`')} {code}",
        ];
        Assert.Contains("lintf train --lr", lines);
        Assert.All(lines, line => Assert.StartsWith("lintf ", line));
        Assert.Empty(lines.SelectMany(line => DocumentedCommand.Faults(line, isWhole: false), (line, fault) => $"{line}: {fault}"));
    }

    [Fact]
    public void Every_experiment_is_one_of_the_program()
    {
        string[] names = [.. Columns().Where(column => column.Header == Experiment).SelectMany(column => column.Cells)
            .SelectMany(MarkdownFile.CodeSpans)];
        Assert.NotEmpty(names);
        Assert.Empty(names.Except(ExperimentCatalog.All.Select(experiment => experiment.Name)));
    }

    [Fact]
    public void Every_column_says_what_it_names()
        => Assert.All(Columns(), column => Assert.True(
            IsLibrary(column.Header) || IsCommand(column.Header) || column.Header == Experiment || Unchecked().IsMatch(column.Header),
                column.Header));

    [Fact]
    public void Every_row_is_whole_and_every_note_is_there_and_referred_to()
        => Assert.All(MarkdownFile.Tables(_path), table =>
        {
            Assert.All(table.Rows, row => Assert.Equal(table.Header.Length, row.Length));
            int[] raised = [.. table.Rows.SelectMany(row => row).SelectMany(MarkdownFile.Raised).Distinct().Order()];
            Assert.Equal(Enumerable.Range(1, raised.Length), raised);
            Assert.Equal(raised, table.Notes);
        });

    /// <summary>The columns of all tables.</summary>
    private static IEnumerable<(string Header, IEnumerable<string> Cells)> Columns()
        => MarkdownFile.Tables(_path).SelectMany(table => table.Header.Select((header, i) => (header, table.Rows.Select(row => row[i]))));

    /// <summary>The names in a column: one that begins with a dot belongs to the type before it, or to that in the head.</summary>
    private static IEnumerable<string> Names((string Header, IEnumerable<string> Cells) column)
    {
        foreach (string cell in column.Cells)
        {
            string type = column.Header.Trim('`');
            foreach (string name in MarkdownFile.CodeSpans(cell))
            {
                type = name.StartsWith('.') ? type : name.Split('.')[0];
                yield return name.StartsWith('.') ? type + name : name;
            }
        }
    }

    private static bool IsLibrary(string header) => header == Library || LibraryNames.Exists(header.Trim('`'));

    private static bool IsCommand(string header) => header == Command || header.StartsWith("`lintf ", StringComparison.Ordinal);

    [GeneratedRegex(@"^(Published\b.*|Notebook\b.*|Entries|Figure|What a file holds)$")]
    private static partial Regex Unchecked();

    [GeneratedRegex(@"^[A-Z][A-Za-z0-9]*(<T>)?\.[A-Z]\w*$")]
    private static partial Regex Member();
}
