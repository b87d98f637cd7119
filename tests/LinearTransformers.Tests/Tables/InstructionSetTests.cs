using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>Short runs with every part in processes of their own, with vector instructions taken away.</summary>
public class InstructionSetTests
{
    /// <summary>Where a process of its own writes the bits of its runs.</summary>
    private const string FileVariable = "LINEAR_TRANSFORMERS_BITS_OF_RUNS";

    /// <summary>What takes vectors away, and how many bits those have at most that are left.</summary>
    private static readonly (string Name, int Bits)[] Knobs
        = [("DOTNET_EnableAVX512", 256), ("DOTNET_EnableAVX2", 128), ("DOTNET_EnableHWIntrinsic", 128)];

    [Fact]
    public void The_bits_do_not_depend_on_the_instruction_set()
    {
        string[] bits = [.. BitsOfRuns()];
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } file)
        {
            File.WriteAllLines(file, [VectorBits().ToString(CultureInfo.InvariantCulture), .. bits]);
            return;
        }

        Assert.True(bits.Length > 2 * PartCases.OfRuns.Count);
        foreach ((string knob, int most) in Knobs)
        {
            string[] lines = BitsWithout(knob);
            Assert.InRange(int.Parse(lines[0], CultureInfo.InvariantCulture), 0, most);

            // Exact: sixteen lanes whatever the hardware, and only correctly rounded operations in a fixed order.
            Assert.Equal(bits, lines[1..]);
        }
    }

    private static int VectorBits()
        => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>A line for each run.</summary>
    private static IEnumerable<string> BitsOfRuns()
    {
        foreach ((string kind, string text) in PartCases.OfRuns.Select(row => row.Data))
        {
            foreach (StreamKind stream in Enum.GetValues<StreamKind>())
            {
                TrainingSettings settings = PartCases.ShortRun(kind, text, stream) with { BatchSize = 40, MaxIterations = 4 };
                yield return $"{kind} {text} {stream} {BitsOf<float>(settings)}";
                yield return $"{kind} {text} {stream} {BitsOf<double>(settings with { Precision = Precision.Double, MaxIterations = 2 })}";
            }
        }

        foreach (Baseline baseline in PartCases.PartsOf<Baseline>())
        {
            yield return $"{baseline} {BitsOf<float>(baseline)}";
            yield return $"{baseline} {BitsOf<double>(baseline)}";
        }
    }

    /// <summary>Of losses after tuning, in a dimension that kernels know and in another one.</summary>
    private static string BitsOf<T>(Baseline baseline)
        where T : unmanaged
        => string.Join(' ', ((int[])[5, 4]).SelectMany(dimension =>
        {
            PromptBatch batch = new(new PromptSettings
            {
                BatchSize = 300,
                ContextLength = 12,
                Dimension = dimension,
                Tasks = new PoolTasks { Count = 100 },
                Noise = new UniformNoise { Largest = 1 },
            });
            batch.Draw(new TorchStream(3));
            GramStatistics<T> statistics = new(300, dimension, hasSquares: true, hasDeviations: true);
            statistics.Compute(batch);
            PromptKnowledge known = PromptKnowledge.Of(batch.Settings);
            return baseline.Tuned(statistics, steps: 3, known).Evaluate(statistics, steps: 3, known)
                .Select(errors => errors.Loss.ToString("R", CultureInfo.InvariantCulture));
        }));

    private static string BitsOf<T>(TrainingSettings settings)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        TrainingRun<T> run = new(settings);
        run.Run();
        IEnumerable<byte> losses = run.Log.SelectMany(line => BitConverter.GetBytes(line.Loss));
        return Convert.ToHexString(SHA256.HashData([.. MemoryMarshal.AsBytes(run.Parameters), .. losses]));
    }

    /// <summary>The lines of this test in a process of its own.</summary>
    private static string[] BitsWithout(string knob)
    {
        string file = Path.GetTempFileName();
        try
        {
            Type tests = typeof(InstructionSetTests);
            string[] arguments = [tests.Assembly.Location, "-class", tests.FullName!, "-noLogo"];
            ProcessStartInfo start = new("dotnet", arguments) { RedirectStandardOutput = true };
            start.Environment[FileVariable] = file;
            start.Environment[knob] = "0";
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output);
            return File.ReadAllLines(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
