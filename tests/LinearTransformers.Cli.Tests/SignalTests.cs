using System.Diagnostics;
using System.Runtime.InteropServices;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>The program and those who ask it to stop.</summary>
public partial class SignalTests
{
    private const int Hangup = 1;
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private static int User => OperatingSystem.IsMacOS() ? 30 : 10;

    [Theory]
    [InlineData(Terminate)]
    [InlineData(Interrupt)]
    [InlineData(Hangup)]
    [InlineData(0)]
    public void A_signal_saves_and_stops_even_if_it_comes_twice_at_once(int signal)
    {
        SkipOnWindows();
        Assert.SkipWhen(
            signal > 0 && IsIgnored(signal),
            $"these tests ignore signal {signal}, as under nohup or in the background of a script, and so do their programs");
        using TemporaryFolder folder = new();
        string[] command = ["train", "--B", "64", "--max-iters", "100000000", "--hist-stride", "1000000", "--json", "--out", folder["run"]];
        using RunningProgram program = new(command);
        Assert.NotNull(program.ReadLine());
        Assert.Equal(0, Send(program.Id, signal == 0 ? User : signal));
        Thread.Sleep(3);
        _ = Send(program.Id, signal == 0 ? User : signal);
        (int code, string error) = program.Finish();
        Assert.Equal(130, code);
        Assert.Equal("lintf: interrupted; what was done is saved, and the same command goes on from there", LastLine(error));
        RunDirectory directory = RunDirectory.Load(folder["run"]);
        Assert.Equal(RunStatus.Unfinished, directory.Status);
        Assert.True(directory.Iteration > 0);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    [InlineData(60_000, true)]
    public void A_second_signal_ends_the_program_at_once_if_it_comes_a_second_later_or_more(int milliseconds, bool ends)
    {
        Clock clock = new();
        bool hasEnded = false;
        using Signals signals = new(() => hasEnded = true, clock);
        signals.Receive();
        Assert.True(signals.Stop.IsCancellationRequested);
        clock.Milliseconds += milliseconds;
        signals.Receive();
        Assert.Equal(ends, hasEnded);
    }

    [Fact]
    public void A_long_calculation_stops_soon_after_a_signal()
    {
        SkipOnWindows();
        using RunningProgram program = new("theory", "--layers", "6", "--N", "50", "--d", "64", "--json");
        Assert.NotNull(program.ReadLine());
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, Send(program.Id, Terminate));
        (int code, string error) = program.Finish();
        Assert.Equal(130, code);
        Assert.Equal("lintf: interrupted before it was done", error.TrimEnd());

        // It takes minutes by itself; a second on a machine that does nothing else.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 20);
    }

    [Theory]
    [InlineData("config validate -", "interrupted before it was done")]
    [InlineData("train --config -", "interrupted; what was done is saved, and the same command goes on from there")]
    public async Task A_command_that_waits_for_its_input_stops_all_the_same(string command, string said)
    {
        using CancellationTokenSource stop = new();
        using AutoResetEvent isRead = new(false);
        Terminal terminal = new(TextWriter.Null, new StringWriter(), IsErrorInteractive: false, stop.Token)
        {
            In = () => new Silence(isRead),
        };
        Task<int> run = Task.Run(() => Application.Run(command.Split(' '), terminal));
        Assert.True(isRead.WaitOne(TimeSpan.FromMinutes(1)));
        await stop.CancelAsync();
        Assert.Equal(130, await run.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal($"lintf: {said}\n", terminal.Error.ToString());
    }

    [Fact]
    public void What_saves_is_waited_for_and_what_does_not_is_not()
    {
        using CancellationTokenSource stop = new();
        using ManualResetEventSlim never = new();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => Interruptible.Run(
            () =>
            {
                never.Wait(TimeSpan.FromMinutes(1));
                return 1;
            },
            stop.Token));
        never.Set();
        Assert.Equal(2, Interruptible.Run(
            () =>
            {
                Thread.Sleep(2 * Interruptible.Grace);
                return 2;
            },
            stop.Token,
            () => true));
    }

    private static string LastLine(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];

    private static bool IsIgnored(int signal)
    {
        const string Status = "/proc/self/status";
        const string Ignored = "SigIgn:";
        return File.Exists(Status)
            && File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } line
            && (Convert.ToUInt64(line[Ignored.Length..].Trim(), 16) & (1UL << (signal - 1))) != 0;
    }

    private static void SkipOnWindows()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("there are no such signals on Windows");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; } = 5000;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }

    /// <summary>A pipe that nobody writes into.</summary>
    private sealed class Silence(AutoResetEvent isRead) : MemoryStream
    {
        public override int Read(Span<byte> buffer) => Wait();

        public override int Read(byte[] buffer, int offset, int count) => Wait();

        private int Wait()
        {
            isRead.Set();
            Thread.Sleep(TimeSpan.FromMinutes(2));
            return 0;
        }
    }
}
