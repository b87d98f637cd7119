namespace LinearTransformers.Cli.Tests.Structure;

/// <summary>What the tests of the folders rest on finds what is wrong.</summary>
public class FolderGraphTests
{
    private const string Example = "LinearTransformers.Cli.Tests.Structure.Example";

    /// <summary>The ways of naming a type that the example's folders are called after.</summary>
    public static TheoryData<string> Ways
        => [.. Users().Select(type => type.Namespace![(Example.Length + 1)..])
            .Where(way => way.StartsWith("By", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_type_is_found_whichever_way_it_is_named(string way)
        => Assert.Contains($"{way} → Below", CompiledFolders.Read(typeof(FolderGraphTests).Assembly.Location, Example).Arrows);

    [Fact]
    public void A_folder_that_names_no_other_has_no_arrow()
    {
        FolderGraph graph = CompiledFolders.Read(typeof(FolderGraphTests).Assembly.Location, Example);
        Assert.Contains("Apart", graph.Folders);
        Assert.DoesNotContain(graph.Arrows, arrow => arrow.Split(' ')[0] is "Apart" or "Below");
    }

    [Fact]
    public void A_circle_is_found_however_long()
    {
        FolderGraph graph = Graph("Top → A", "A → B", "B → C", "B → D", "D → A", "C → E");
        Assert.Equal(["A", "B", "D", "A"], graph.Circle());
        Assert.Equal(["A", "B", "A"], Graph("A → B", "B → A").Circle());
    }

    [Fact]
    public void Several_ways_to_one_folder_are_no_circle()
        => Assert.Empty(Graph("A → B", "A → C", "B → D", "C → D", "A → D", "D → D").Circle());

    [Fact]
    public void An_arrow_to_a_later_folder_is_found() => Assert.Equal(["A → B"], Graph("C → C", "A → B", "B → C").ArrowsAhead());

    [Fact]
    public void The_documents_lines_are_read()
    {
        IReadOnlyDictionary<string, FolderGraph> projects = DocumentedFolders.Read(
        [
            "A sentence with an arrow → Nowhere.",
            "",
            "    src/One/             the first",
            "      Low/               below",
            "      Low/Lower/         → Low",
            "      High/              a slash/ in its words,",
            "                         which go on",
            "                         → Low, Low/Lower",
            "    src/Two/             the second",
            "      (root)/            its own files",
            "      Top/               → (root)",
            "    tests/               whatever",
            "      Other/             → Nowhere",
            "",
            "      Other/             → Nowhere",
        ]);
        Assert.Equal(["One", "Two"], projects.Keys);
        Assert.Equal(["Low", "Low/Lower", "High"], projects["One"].Folders);
        Assert.Equal(["Low/Lower → Low", "High → Low", "High → Low/Lower"], projects["One"].Arrows);
        Assert.Equal(["(root)", "Top"], projects["Two"].Folders);
        Assert.Equal(["Top → (root)"], projects["Two"].Arrows);
    }

    private static IEnumerable<Type> Users()
        => typeof(FolderGraphTests).Assembly.GetTypes().Where(
            type => !type.IsNested && type.Namespace?.StartsWith(Example + ".", StringComparison.Ordinal) == true);

    private static FolderGraph Graph(params string[] arrows)
    {
        FolderGraph graph = new();
        foreach (string arrow in arrows)
        {
            string[] ends = arrow.Split(" → ");
            graph.Add(ends[0], ends[1]);
        }

        return graph;
    }
}
