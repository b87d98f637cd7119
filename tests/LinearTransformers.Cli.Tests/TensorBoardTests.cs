using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>
/// lintf export --format tensorboard, read by a reader of our own after the formats' descriptions, and by TensorBoard where it is
/// installed.
/// </summary>
public class TensorBoardTests
{
    private const int Varint = 0;
    private const int EightBytes = 1;
    private const int Length = 2;
    private const int FourBytes = 5;

    private static string Export(TemporaryFolder folder, params string[] options)
    {
        string[] train = ["train", "--B", "50", "--max-iters", "300", "--log-every", "7", "--schedule", "halve:100", .. options];
        Assert.Equal(0, Invocation.Of([.. train, "--out", folder["run"]]).ExitCode);
        Invocation export = Invocation.Of("export", folder["run"], "--format", "tensorboard", "--out", folder["events/run"]);
        Assert.True(export.ExitCode == 0, export.Error);
        Assert.Equal(folder["events/run/events.out.tfevents.lintf"], Assert.Single(export.Lines));
        return export.Lines[0];
    }

    [Theory]
    [InlineData("--precision", "single")]
    [InlineData("--precision", "double", "--warm-up", "5")]
    public void Every_line_of_the_log_is_there_as_three_scalars_with_checksums_that_are_right(params string[] options)
    {
        using TemporaryFolder folder = new();
        Event[] events = [.. Read(File.ReadAllBytes(Export(folder, options)))];
        RunDirectory run = RunDirectory.Load(folder["run"]);
        IReadOnlyList<LogLine> log = run.ReadLog();
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal(log.SelectMany(line => new[]
        {
            ((long)line.Iteration, "loss", (float)line.Loss),
            (line.Iteration, "gradientNorm", (float)line.GradientNorm),
            (line.Iteration, "learningRate", (float)run.Settings.StepSize(line.Iteration)),
        }), events[1..].Select(one => (one.Step, one.Tag!, one.Value)));

        // From the run's beginning to its end, to the second with which that is recorded.
        DateTimeOffset saved = JsonDocument.Parse(run.ReadEnvironment()!).RootElement.GetProperty("saved").GetDateTimeOffset();
        Assert.Equal(saved.ToUnixTimeSeconds(), events[^1].WallTime, 1e-3);
        Assert.Equal(run.Seconds, events[^1].WallTime - events[0].WallTime, 1e-3);
        Assert.All(events.Zip(events.Skip(1)), pair => Assert.True(pair.First.WallTime <= pair.Second.WallTime));
    }

    [Fact]
    public void The_same_command_writes_the_same_bytes_in_place_of_the_file()
    {
        using TemporaryFolder folder = new();
        byte[] first = File.ReadAllBytes(Export(folder));
        Assert.Equal(first, File.ReadAllBytes(Export(folder)));
        Assert.Single(Directory.GetFiles(folder["events/run"]));
    }

    [Fact]
    public void A_run_that_diverged_has_the_numbers_that_are_none_as_such()
    {
        using TemporaryFolder folder = new();
        string[] train = ["train", "--B", "50", "--max-iters", "60", "--alg", "sgd", "--lr", "1e30", "--toclip", "false"];
        Assert.Equal(3, Invocation.Of([.. train, "--out", folder["run"]]).ExitCode);
        Assert.Equal(0, Invocation.Of("export", folder["run"], "--format", "tensorboard", "--out", folder["events"]).ExitCode);
        Event last = Read(File.ReadAllBytes(folder["events/events.out.tfevents.lintf"])).Last(one => one.Tag == "loss");
        Assert.True(float.IsNaN(last.Value));
    }

    [Fact]
    public void TensorBoard_reads_the_same()
    {
        using TemporaryFolder folder = new();
        string file = Export(folder);
        string[] read = Python.RunTensorBoard(
            """
            import sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1])
            events.Reload()
            for tag in sorted(events.Tags()['scalars']):
                for one in events.Scalars(tag):
                    print(tag, one.step, repr(one.value))
            """,
            folder["events/run"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            Read(File.ReadAllBytes(file)).Skip(1).OrderBy(one => one.Tag, StringComparer.Ordinal).ThenBy(one => one.Step)
                .Select(one => $"{one.Tag} {one.Step} {one.Value}"),
            read.Select(line => line.Split(' ')).Select(
                words => $"{words[0]} {words[1]} {(float)double.Parse(words[2], CultureInfo.InvariantCulture)}"));
    }

    /// <summary>The test vector of RFC 3720, B.4, and a table that is made of the polynomial.</summary>
    [Fact]
    public void The_checksum_that_is_compared_with_is_CRC_32C()
        => Assert.Equal(0xE3069283, Checksum("123456789"u8));

    private static IEnumerable<Event> Read(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            Assert.Equal(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            byte[] message = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(message), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return Event.Of(message);
            at += 16 + length;
        }
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = Checksum(data);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }

    private static uint Checksum(ReadOnlySpan<byte> data)
    {
        const uint Reversed = 0x82F63B78;
        uint crc = uint.MaxValue;
        foreach (byte one in data)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Reversed : crc >> 1;
            }
        }

        return ~crc;
    }

    /// <summary>The fields of a message: number, how it is written, and its bytes, those of a varint as eight.</summary>
    private static List<(int Number, int Kind, byte[] Bytes)> Fields(byte[] message)
    {
        List<(int, int, byte[])> fields = [];
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Next();
            int kind = (int)(key & 7);
            ulong? varint = kind == Varint ? Next() : null;
            int length = kind switch { Varint => 0, EightBytes => 8, FourBytes => 4, _ => (int)Next() };
            fields.Add(((int)(key >> 3), kind, varint is { } value ? BitConverter.GetBytes(value) : message[at..(at + length)]));
            at += length;
        }

        return fields;

        ulong Next()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte one = message[at++];
                value |= (ulong)(one & 0x7f) << shift;
                if ((one & 0x80) == 0)
                {
                    return value;
                }
            }
        }
    }

    private sealed record Event(double WallTime, long Step, string? FileVersion, string? Tag, float Value)
    {
        public static Event Of(byte[] message)
        {
            List<(int Number, int Kind, byte[] Bytes)> fields = Fields(message);
            byte[]? value = Find(5, Length) is { } summary ? Assert.Single(Fields(summary), field => field.Number == 1).Bytes : null;
            List<(int Number, int Kind, byte[] Bytes)> scalar = value is null ? [] : Fields(value);
            return new Event(
                BitConverter.ToDouble(Find(1, EightBytes)!),
                BitConverter.ToInt64(Find(2, Varint)!),
                Find(3, Length) is { } version ? Encoding.UTF8.GetString(version) : null,
                value is null ? null : Encoding.UTF8.GetString(scalar.Single(field => field is (1, Length, _)).Bytes),
                value is null ? 0 : BitConverter.ToSingle(scalar.Single(field => field is (2, FourBytes, _)).Bytes));

            byte[]? Find(int number, int kind) => fields.Find(field => field.Number == number && field.Kind == kind).Bytes;
        }
    }
}
