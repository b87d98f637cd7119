using LinearTransformers.Settings;

namespace LinearTransformers.Tests.Fuzz;

/// <summary>Something that reads files, and files to begin with.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Corpus">Right files.</param>
/// <param name="Mutate">How a file is changed.</param>
/// <param name="Read">Reads one; whatever it throws but a <see cref="FormatException"/> or a <see cref="SettingException"/> is a
/// fault.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Corpus, Func<Mutator, byte[], byte[]> Mutate, Action<byte[]> Read)
{
    /// <summary>What messages call a file.</summary>
    public const string FileName = "some/file";
}
