using System.Text;
using LinearTransformers.Exchange;
using LinearTransformers.Storage;
using LinearTransformers.Storage.Torch;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Fuzz;

/// <summary>What the library reads.</summary>
internal static class LibraryTargets
{
    private const string LegacyName = "train_hist_list_legacy.pth";

    /// <summary>All targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("pth", [.. Golden()], (mutator, bytes) => mutator.Change(bytes), ReadTorch),
        new("pth-pickle", [.. Golden().Where(bytes => bytes[0] == (byte)'P')], ChangePickle, ReadTorch),
        new("pth-legacy", [File.ReadAllBytes(PathOf(LegacyName))], ChangeLegacy, ReadTorch),
        new("safetensors", Safetensors(), (mutator, bytes) => mutator.Change(bytes), ReadSafetensors),
        new("config", [Encoding.UTF8.GetBytes(SettingsJson.Write(new TrainingSettings())),
            "{\"mode\":\"gamma\",\"lr\":1e-3,\"data-seed\":5}"u8.ToArray()], (mutator, bytes) => mutator.Change(bytes), bytes
                => SettingsJson.Read(Encoding.UTF8.GetString(bytes))),
        new("metrics", [Encoding.UTF8.GetBytes(LogLineJson.Write(new LogLine(100, 1.5, 0.25)))], (mutator, bytes) => mutator.Change(bytes),
            bytes => LogLineJson.Read(Encoding.UTF8.GetString(bytes))),
    ];

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", "pth", name);

    private static IEnumerable<byte[]> Golden()
        => Directory.GetFiles(PathOf(""), "*.pth").Order(StringComparer.Ordinal).Select(File.ReadAllBytes);

    /// <summary>The pickle alone is changed, and the archive put together with right checksums: they would hide everything else.</summary>
    private static byte[] ChangePickle(Mutator mutator, byte[] file)
        => TorchBytes.Archive(
            [.. TorchBytes.Records(file)
                .Select(record => (record.Name, record.Name == "data.pkl" ? mutator.Change(record.Content) : record.Content))]);

    /// <summary>The magic number stays.</summary>
    private static byte[] ChangeLegacy(Mutator mutator, byte[] file) => [.. file[..15], .. mutator.Change(file[15..])];

    private static void ReadTorch(byte[] bytes)
    {
        PublishedFile file = PublishedFile.Of(TorchFile.Read(bytes, FuzzTarget.FileName));
        foreach (PublishedRun run in file.Runs)
        {
            TrainingSettings settings = run.Complete(new TrainingSettings(), 1);
            int read = settings.Precision is Precision.Double ? run.ToHistory<double>(settings).Count
                : run.ToHistory<float>(settings).Count;
            if (read != run.Count)
            {
                throw new InvalidOperationException($"{read} snapshots of {run.Count}");
            }
        }
    }

    private static byte[][] Safetensors()
    {
        using MemoryStream stream = new();
        TensorFile.Write(
            stream,
            [Tensor.Of("w", [1f, 2f, 3f, 4f, 5f, 6f], 2, 3), Tensor.Scalar("t", 7L), Tensor.Of("none", Array.Empty<int>(), 0, 4),
                Tensor.Vector("u", new byte[] { 1, 2, 3 })],
            new Dictionary<string, string> { ["seed"] = "0" });
        return [stream.ToArray()];
    }

    private static void ReadSafetensors(byte[] bytes) => TensorFile.Read(new MemoryStream(bytes), FuzzTarget.FileName);
}
