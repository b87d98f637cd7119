using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests.Structure;

/// <summary>The folders of the code use one another as docs/design.md says, and never in a circle.</summary>
public class FolderTests
{
    private static readonly IReadOnlyDictionary<string, FolderGraph> Documented
        = DocumentedFolders.Read(File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "design.md")));

    /// <summary>Projects, which are root namespaces, by the file that each is compiled to.</summary>
    public static TheoryData<string, string> Projects => new()
    {
        { "LinearTransformers", typeof(TrainingSettings).Assembly.Location },
        { "LinearTransformers.Experiments", typeof(Experiments.IExperiment).Assembly.Location },
        { "LinearTransformers.Cli", typeof(Application).Assembly.Location },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_document_has_the_folders_of_the_assembly_and_no_others(string project, string file)
    {
        FolderGraph compiled = CompiledFolders.Read(file, project);
        AssertNone("not in the document", compiled.Folders.Except(Documented[project].Folders));
        AssertNone("not in the assembly", Documented[project].Folders.Except(compiled.Folders));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_document_has_the_arrows_of_the_assembly_and_no_others(string project, string file)
    {
        FolderGraph compiled = CompiledFolders.Read(file, project);
        AssertNone("not in the document", compiled.Arrows.Except(Documented[project].Arrows));
        AssertNone("not in the assembly", Documented[project].Arrows.Except(compiled.Arrows));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folder_uses_itself_by_way_of_others(string project, string file)
        => AssertNone("a circle", CompiledFolders.Read(file, project).Circle());

    [Fact]
    public void Every_arrow_of_the_document_leads_to_a_folder_above_it_in_the_list()
        => AssertNone("not upwards in the list", Documented.Values.SelectMany(graph => graph.ArrowsAhead()));

    [Fact]
    public void The_document_lists_the_folders_of_every_project()
        => Assert.Equal(
            Projects.Select(row => row.Data.Item1).Order(StringComparer.Ordinal),
            Documented.Keys.Order(StringComparer.Ordinal));

    private static void AssertNone(string fault, IEnumerable<string> found)
    {
        string[] all = [.. found];
        Assert.True(all.Length == 0, $"{fault}: {string.Join(", ", all)}");
    }
}
