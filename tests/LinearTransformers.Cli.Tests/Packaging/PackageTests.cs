using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace LinearTransformers.Cli.Tests.Packaging;

/// <summary>The two packages, as someone gets them who has neither the repository nor its caches.</summary>
[Collection(Builds.Name)]
public class PackageTests(PackedSolution solution) : IClassFixture<PackedSolution>
{
    private const string Library = "LinearTransformers";
    private const string Tool = "LinearTransformers.Cli";

    /// <summary>Portable PDBs mark a source that they carry by this.</summary>
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [Fact]
    public void There_are_the_library_with_its_symbols_and_the_tool()
    {
        string[] files = [.. Directory.GetFiles(solution.Packages).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Collection(
            files,
            file => Assert.True(Package.IsOf(file, Library, ".nupkg"), file),
            file => Assert.True(Package.IsOf(file, Library, ".snupkg"), file),
            file => Assert.True(Package.IsOf(file, Tool, ".nupkg"), file));
    }

    [Fact]
    public void The_library_comes_with_its_documentation_and_needs_nothing()
    {
        Package library = solution.Open(Library);
        Assert.Equal(
            ["LinearTransformers.nuspec", "README.md", "lib/net10.0/LinearTransformers.dll", "lib/net10.0/LinearTransformers.xml"],
                library.Files);
        Assert.Empty(library.Dependencies);
        AssertPresentsItself(library);
    }

    [Fact]
    public void The_tool_needs_nothing_and_comes_with_the_natives_of_all_systems_but_not_their_symbols()
    {
        Package tool = solution.Open(Tool);
        Assert.Empty(tool.Dependencies);
        AssertPresentsItself(tool);
        foreach (string system in (string[])[
            "linux-x64", "linux-arm64", "linux-musl-x64", "linux-musl-arm64", "osx", "win-x64", "win-arm64"])
        {
            Assert.Equal(2, tool.Files.Count(
                file => file.StartsWith($"tools/net10.0/any/runtimes/{system}/native/", StringComparison.Ordinal)));
        }

        Assert.DoesNotContain(
            tool.Files, file => file.StartsWith("tools/net10.0/any/runtimes/", StringComparison.Ordinal)
                && file.EndsWith(".pdb", StringComparison.Ordinal));
        Assert.Contains("tools/net10.0/any/THIRD-PARTY-NOTICES.txt", tool.Files);
    }

    [Fact]
    public void The_symbols_are_of_the_library_and_carry_its_sources()
    {
        AssertReleased();
        using PEReader library = new(new MemoryStream(solution.Open(Library).Read("lib/net10.0/LinearTransformers.dll")));
        using MetadataReaderProvider provider = Symbols(solution.Open(Library, ".snupkg"), "lib/net10.0/LinearTransformers.pdb");
        MetadataReader symbols = provider.GetMetadataReader();
        DebugDirectoryEntry entry = Assert.Single(library.ReadDebugDirectory(), entry => entry.Type is DebugDirectoryEntryType.CodeView);
        Assert.Equal(library.ReadCodeViewDebugDirectoryData(entry).Guid, new BlobContentId(symbols.DebugMetadataHeader!.Id).Guid);
        Assert.All(symbols.Documents, document => Assert.Contains(
            symbols.GetCustomDebugInformation(document), handle
                => symbols.GetGuid(symbols.GetCustomDebugInformation(handle).Kind) == EmbeddedSource));
    }

    [Fact]
    public void Nothing_of_ours_says_where_it_was_built()
    {
        AssertReleased();
        Package[] packages = [solution.Open(Library), solution.Open(Library, ".snupkg"), solution.Open(Tool)];
        string[] ours = ["lintf", "LinearTransformers", "DotnetToolSettings", "README"];
        string[] folders = [RepositoryRoot.Path, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)];
        foreach ((Package package, string file) in packages.SelectMany(package => package.Files, (package, file) => (package, file))
            .Where(pair => ours.Any(name => Path.GetFileName(pair.file).StartsWith(name, StringComparison.Ordinal))))
        {
            byte[] bytes = package.Read(file);
            foreach (string folder in folders.Where(folder => folder.Length > 1))
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(folder)) < 0, $"{file} has {folder}");
                Assert.True(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(folder)) < 0, $"{file} has {folder}");
            }

            // Where PDBs keep paths, these lie in pieces.
            if (Path.GetExtension(file) == ".pdb")
            {
                using MetadataReaderProvider provider = Symbols(package, file);
                MetadataReader symbols = provider.GetMetadataReader();
                Assert.All(symbols.Documents, document
                    => Assert.StartsWith("/_/src/", symbols.GetString(symbols.GetDocument(document).Name)));
            }
        }
    }

    [Fact]
    public void The_installed_tool_does_what_the_built_program_does()
    {
        solution.Run("dotnet", "tool", "install", Tool, "--tool-path", solution["tool"]);
        string installed = Path.Combine(solution["tool"], OperatingSystem.IsWindows() ? "lintf.exe" : "lintf");
        string built = Path.Combine(AppContext.BaseDirectory, "lintf.dll");
        Assert.Equal(solution.Run("dotnet", built, "--version"), solution.Run(installed, "--version"));

        string[] train = ["train", "--max-iters", "5", "--log-every", "1", "--B", "100", "--json", "--out"];
        string[] expected = Log(solution.Run("dotnet", [built, .. train, "runs/built"]));
        Assert.Equal(5, expected.Length);
        Assert.Equal(expected, Log(solution.Run(installed, [.. train, "runs/installed"])));
        Assert.Equal(File.ReadAllBytes(solution["runs/built/history.safetensors"]),
            File.ReadAllBytes(solution["runs/installed/history.safetensors"]));

        // Figures go through the natives.
        solution.Run("dotnet", built, "plot", "loss", "runs/built", "--every", "1", "--out", "built");
        solution.Run(installed, "plot", "loss", "runs/built", "--every", "1", "--out", "installed");
        Assert.Equal(File.ReadAllBytes(solution["built.png"]), File.ReadAllBytes(solution["installed.png"]));
    }

    [Fact]
    public void The_program_in_the_readme_of_the_library_runs_with_its_package()
    {
        string readme = Path.Combine(RepositoryRoot.Path, "src", "LinearTransformers", "README.md");
        File.WriteAllText(solution["program.cs"], MarkdownFile.Fenced(readme, "csharp"));
        string printed = solution.Run("dotnet", "run", "-c", "Release", "program.cs");
        Assert.Equal(MarkdownFile.Fenced(readme, "text"), printed.ReplaceLineEndings("\n"));
    }

    private static string[] Log(string output)
        => [.. output.ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith("{\"iteration\"", StringComparison.Ordinal))];

    private static void AssertPresentsItself(Package package)
    {
        Assert.Equal("MIT", package.Says("license").Value);
        Assert.Equal("README.md", package.Says("readme").Value);
        Assert.NotEmpty(package.Says("description").Value);
        Assert.NotEmpty(package.Says("tags").Value);

        // Relative links lead nowhere from a package.
        Assert.DoesNotMatch(@"\]\((?!https://)", Encoding.UTF8.GetString(package.Read("README.md")));
    }

    private static void AssertReleased()
        => Assert.SkipUnless(PackedSolution.Configuration == "Release", "only what is released leaves its folders behind");

    private static MetadataReaderProvider Symbols(Package package, string file)
        => MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(package.Read(file)));
}
