using System.Globalization;
using System.Text.RegularExpressions;

namespace LinearTransformers.Cli.Tests;

/// <summary>All documents: their links lead somewhere, their commands are right, and they read well.</summary>
public partial class DocumentTests
{
    private const int MostColumns = 100;
    private const int MostColumnsOfCode = 140;

    /// <summary>Words that say something plain in a strange way.</summary>
    private static readonly string[] _mannered =
    [
        "one's own", "besides", "is no option", "the house", "does not tell", "as the notebook has it", "goes on with", "goes on from",
    ];

    /// <summary>The kinds of fences whose lines are a shell's.</summary>
    private static readonly string[] _shells = ["", "sh", "bash", "shell", "console", "powershell"];

    /// <summary>Paths from the root of the repository.</summary>
    public static TheoryData<string> Documents => [.. Find()];

    [Theory]
    [MemberData(nameof(Documents))]
    public void No_line_is_longer_than_100_columns(string document)
    {
        Assert.DoesNotContain(Widths(File.ReadLines(FullPath(document))), line => line.Columns > MostColumns);
    }

    [Fact]
    public void No_line_of_the_comment_at_the_head_of_a_sample_is_longer_than_100_columns()
    {
        string[] samples = Directory.GetFiles(FullPath("samples"), "*.cs");
        Assert.NotEmpty(samples);
        Assert.All(samples, sample => Assert.DoesNotContain(
            Widths(File.ReadLines(sample).Where(line => line.StartsWith("//", StringComparison.Ordinal))), line
                => line.Columns > MostColumns));
    }

    [Fact]
    public void No_line_of_code_is_longer_than_140_columns()
    {
        string[] sources = [.. ((string[])["src", "tests", "samples", "benchmarks"])
            .SelectMany(folder => Directory.GetFiles(FullPath(folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("\\obj\\", StringComparison.Ordinal))];
        Assert.True(sources.Length > 300);
        Assert.Empty(sources.SelectMany(path => Widths(File.ReadLines(path))
            .Where(line => line.Columns > MostColumnsOfCode)
            .Select(line => $"{Path.GetRelativePath(FullPath("."), path)}: {line}")));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void No_document_is_mannered(string document)
    {
        string text = File.ReadAllText(FullPath(document)).ReplaceLineEndings(" ");
        Assert.DoesNotContain(_mannered, words => Regex.IsMatch(text, $@"\b{words}\b", RegexOptions.IgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void No_document_names_a_folder_of_one_machine(string document)
        => Assert.Empty(MachinePath().Matches(File.ReadAllText(FullPath(document))).Select(match => match.Value));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_to_a_file_and_a_heading_that_are_there(string document)
    {
        string path = FullPath(document);
        Assert.DoesNotContain(
            MarkdownFile.Targets(path), target => !target.Contains("://", StringComparison.Ordinal) && !Exists(path, target));
        Assert.Empty(MarkdownFile.StrayLabels(path));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_command_is_one_of_the_program_with_options_and_choices_that_it_has(string document)
    {
        string path = FullPath(document);
        IEnumerable<(string Command, bool IsWhole)> shown = MarkdownFile.ShellLines(path)
            .Where(line => _shells.Contains(line.Fence)).SelectMany(line => DocumentedCommand.InShell(line.Line))
                .Select(command => (command, true));
        IEnumerable<(string Command, bool IsWhole)> named = MarkdownFile.CodeSpans(MarkdownFile.Text(path))
            .Where(code => ProgramName().IsMatch(code)).Select(code => (code, false));
        string faults = string.Join('\n', shown.Concat(named).SelectMany(
            line => DocumentedCommand.Faults(line.Command, line.IsWhole), (line, fault) => $"{line.Command}: {fault}"));
        Assert.True(faults.Length == 0, faults);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_member_that_is_named_with_a_type_of_the_library_is_there(string document)
        => Assert.DoesNotContain(
            MarkdownFile.CodeSpans(MarkdownFile.Text(FullPath(document))),
            code => Member().Match(code) is { Success: true } match && LibraryNames.Exists(match.Groups["type"].Value)
                && !LibraryNames.Exists(code));

    /// <summary>The tests above would pass if they found nothing to look at.</summary>
    [Fact]
    public void There_are_documents_with_links_anchors_and_commands()
    {
        string[] paths = [.. Find().Select(FullPath)];
        Assert.Contains(FullPath("src/LinearTransformers/README.md"), paths);
        Assert.Contains(paths, path => MarkdownFile.Targets(path).Any(target => target.Contains('#')));
        Assert.Contains(paths, path => MarkdownFile.FencedLines(path).Any(line => DocumentedCommand.InShell(line.Line).Any()));
        Assert.Contains(paths, path => MarkdownFile.CodeSpans(MarkdownFile.Text(path)).Any(ProgramName().IsMatch));
    }

    [Theory]
    [InlineData("lintf train --lr 0.1 --mode normal")]
    [InlineData("./lintf reproduce simple variable-l --protocol original")]
    [InlineData("lintf train --alg $alg --sd $sd")]
    [InlineData("lintf train --config mine.json")]
    [InlineData("lintf config show rotation")]
    [InlineData("lintf train --mode relu|mlp")]
    public void A_right_command_has_no_faults(string line) => Assert.Empty(DocumentedCommand.Faults(line, isWhole: true));

    [Theory]
    [InlineData("lintf trian", "trian is unknown")]
    [InlineData("lintf train --learning-rate 1", "--learning-rate is unknown")]
    [InlineData("lintf import --N --model --entyr", "--entyr is no option")]
    [InlineData("lintf train --mode uniform", "uniform is no --mode")]
    [InlineData("lintf train --config rotated", "rotated is no --config")]
    [InlineData("lintf reproduce simpel", "simpel is no experiment")]
    [InlineData("lintf reproduce loss --setting normal-n5,normal-n6", "normal-n6 is no --setting")]
    [InlineData("lintf plot losses RUNS", "losses is no figure")]
    [InlineData("lintf config lst", "lst is unknown")]
    public void A_wrong_command_is_found(string line, string fault)
        => Assert.Contains(fault, DocumentedCommand.Faults(line, isWhole: false));

    [Fact]
    public void A_shown_command_needs_its_arguments_and_values()
    {
        Assert.NotEmpty(DocumentedCommand.Faults("lintf plot loss", isWhole: true));
        Assert.NotEmpty(DocumentedCommand.Faults("lintf train --lr", isWhole: true));
        Assert.Empty(DocumentedCommand.Faults("lintf plot loss", isWhole: false));
        Assert.Empty(DocumentedCommand.Faults("lintf import --N --mode --alg", isWhole: false));
    }

    [Theory]
    [InlineData("./lintf train --lr 1      a remark: lintf is fast", "./lintf train --lr 1")]
    [InlineData("for sd in 0 1; do ./lintf train --sd $sd; done", "./lintf train --sd $sd")]
    [InlineData("source <(./lintf completion bash)", "./lintf completion bash")]
    [InlineData("lintf train --json | jq .loss", "lintf train --json")]
    [InlineData("dotnet tool install lintf now", null)]
    public void Commands_are_found_in_a_line_of_a_shell(string line, string? command)
        => Assert.Equal(command, DocumentedCommand.InShell(line).SingleOrDefault());

    /// <summary>Lines by number, with what a reader sees as characters counted: P̂ is one.</summary>
    private static IEnumerable<(int Line, int Columns)> Widths(IEnumerable<string> lines)
        => lines.Select((line, i) => (i + 1, new StringInfo(line).LengthInTextElements));

    private static IEnumerable<string> Find()
    {
        string root = RepositoryRoot.Path;
        IEnumerable<string> nested = ((string[])["docs", "samples", "benchmarks"]).SelectMany(
            folder => Directory.GetFiles(Path.Combine(root, folder), "*.md"));
        IEnumerable<string> packages = Directory.GetDirectories(Path.Combine(root, "src"))
            .SelectMany(folder => Directory.GetFiles(folder, "*.md"));
        return Directory.GetFiles(root, "*.md").Concat(nested).Concat(packages)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Order(StringComparer.Ordinal);
    }

    private static string FullPath(string document) => Path.GetFullPath(Path.Combine(RepositoryRoot.Path, document));

    private static bool Exists(string from, string target)
    {
        string[] parts = Uri.UnescapeDataString(target).Split('#');
        string path = parts[0].Length == 0 ? from : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(from)!, parts[0]));
        return (File.Exists(path) || Directory.Exists(path)) && (parts.Length == 1 || MarkdownFile.Anchors(path).Contains(parts[1]));
    }

    [GeneratedRegex(@"^(?<type>[A-Z]\w*(<T>)?)\.\w+$")]
    private static partial Regex Member();

    [GeneratedRegex(@"^(\./)?lintf ")]
    private static partial Regex ProgramName();

    [GeneratedRegex(@"(?<![\w.:/])/(?:work|home|root|tmp|Users|mnt)/\S*|\b[A-Z]:\\\S*")]
    private static partial Regex MachinePath();
}
