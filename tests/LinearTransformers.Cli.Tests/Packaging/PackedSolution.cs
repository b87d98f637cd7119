using System.Reflection;

namespace LinearTransformers.Cli.Tests.Packaging;

/// <summary>
/// The packages of what was built with these tests, in a folder that is the only source of packages for all that is run in it.
/// </summary>
public sealed class PackedSolution : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PackedSolution()
    {
        Packages = Directory.CreateDirectory(_folder["packages"]).FullName;
        File.WriteAllText(_folder["nuget.config"], """
            <configuration>
              <packageSources><clear /><add key="packages" value="packages" /></packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
            </configuration>
            """);
        Subprocess.Run(["pack", "LinearTransformers.slnx", "--no-build", "-c", Configuration, "-o", Packages], RepositoryRoot.Path);
    }

    public static string Configuration { get; } =
        typeof(PackedSolution).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    public string Packages { get; }

    public string Folder => _folder[""];

    public string this[string name] => _folder[name];

    /// <summary>The package of a name, whatever its version.</summary>
    public Package Open(string name, string extension = ".nupkg")
        => new(Assert.Single(Directory.GetFiles(Packages), path => Package.IsOf(Path.GetFileName(path), name, extension)));

    /// <summary>Runs a program with nothing from this machine's caches of packages, and nothing left in them.</summary>
    public string Run(string program, params IEnumerable<string> arguments) => Subprocess.RunProgram(
        program,
        arguments,
        Folder,
        ("NUGET_PACKAGES", this["cache"]),
        ("DOTNET_CLI_HOME", this["home"]),
        ("XDG_DATA_HOME", this["home"]),
        ("DOTNET_ROOT", Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."))),
        ("DOTNET_NOLOGO", "1"),
        ("DOTNET_GENERATE_ASPNET_CERTIFICATE", "false"),
        ("DOTNET_ADD_GLOBAL_TOOLS_TO_PATH", "false"),
        ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"));

    public void Dispose() => _folder.Dispose();
}
