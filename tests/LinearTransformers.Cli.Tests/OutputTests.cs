using System.Globalization;
using System.Reflection;
using System.Text;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>Where the output goes, what it looks like there, and what if it cannot go there.</summary>
public class OutputTests
{
    [Fact]
    public void Who_stops_reading_ends_a_run_quietly_and_what_was_done_is_saved()
    {
        using TemporaryFolder folder = new();
        string[] command = ["train", "--B", "64", "--max-iters", "60", "--log-every", "1", "--json"];
        using CancellationTokenSource stop = new();
        using StringWriter error = new();
        using StandardOutput output = new(new Pipe(lines: 3, () => new BrokenPipeException()), Encoding.UTF8, stop.Cancel);
        Terminal terminal = new(output, error, IsErrorInteractive: false, stop.Token);
        Assert.Equal(141, Application.Run([.. command, "--out", folder["run"]], terminal));
        Assert.Empty(error.ToString());
        RunDirectory directory = RunDirectory.Load(folder["run"]);
        Assert.Equal(RunStatus.Unfinished, directory.Status);
        Assert.InRange(directory.Iteration, 3, 5);

        Assert.Equal(0, Invocation.Of([.. command, "--out", folder["run"]]).ExitCode);
        Assert.Equal(0, Invocation.Of([.. command, "--out", folder["whole"]]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["whole/history.safetensors"]), File.ReadAllBytes(folder["run/history.safetensors"]));
    }

    [Theory]
    [InlineData("config list")]
    [InlineData("completion bash")]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("theory --layers 1")]
    public void Output_that_cannot_be_written_is_said_in_a_line(string command)
    {
        foreach (bool isPipe in (bool[])[true, false])
        {
            using StringWriter error = new();
            Pipe pipe = new(lines: 0, () => isPipe ? new BrokenPipeException() : new IOException("No space left on device"));
            using StandardOutput output = new(pipe, Encoding.UTF8, () => { });
            int code = Application.Run(command.Split(' '), new Terminal(output, error, IsErrorInteractive: false, CancellationToken.None));
            Assert.Equal(isPipe ? 141 : 1, code);
            Assert.Equal(isPipe ? "" : "lintf: standard output cannot be written: No space left on device\n", error.ToString());
        }
    }

    [Fact]
    public void Wrong_usage_is_wrong_usage_whoever_reads()
    {
        using StringWriter error = new();
        using StandardOutput output = new(new Pipe(lines: 0, () => new BrokenPipeException()), Encoding.UTF8, () => { });
        Terminal terminal = new(output, error, IsErrorInteractive: false, CancellationToken.None);
        Assert.Equal(2, Application.Run(["train", "--lr", "0"], terminal));
    }

    [Theory]
    // The reader has gone before the first word is written: nothing depends on which of two processes is faster.
    [InlineData("mkfifo \"$2\"; (exec <\"$2\") & exec 3>\"$2\"; wait $!; \"$0\" \"$1\" config list >&3; echo $?", "141")]
    [InlineData("\"$0\" \"$1\" train --B 64 --max-iters 9999999 --hist-stride 99999 --json --out \"$2\" | head -1; echo ${PIPESTATUS[0]}",
        "141")]
    [InlineData("\"$0\" \"$1\" config list >/dev/full; echo $?", "1")]
    [InlineData("\"$0\" \"$1\" train --lr 0 2>/dev/full; echo $?", "2")]
    public void Shells_see_it_as_of_other_programs(string script, string expected)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("/dev/full is of Linux");
        }

        using TemporaryFolder folder = new();
        string program = Path.Combine(AppContext.BaseDirectory, "lintf.dll");
        string said = Subprocess.RunProgram("bash", ["-c", script, "dotnet", program, folder["run"]]);
        Assert.Equal(expected, said.TrimEnd().Split('\n')[^1]);
    }

    [Fact]
    public void Progress_is_said_with_points_whatever_the_language()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NegativeSign) = (",", "minus ");
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal("0,5", $"{0.5}");
            using StringWriter written = new() { NewLine = "\n" };
            Clock clock = new();
            PlainProgress progress = new(written, clock);
            Experiments.IRunProgress run = progress.Start("train", 1000);
            run.Report(1, 2);
            clock.Seconds += 10;
            run.Report(250, 0.0625);
            Assert.Equal("train: 250/1000, loss 0.0625, 25 it/s; 25 %, 30 s left\n", written.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Several_runs_are_said_to_be_several()
    {
        using StringWriter written = new() { NewLine = "\n" };
        Clock clock = new();
        PlainProgress progress = new(written, clock);
        Experiments.IRunProgress run = progress.Start("first", 1000);
        progress.Start("second", 1000);
        run.Report(1, double.NaN);
        clock.Seconds += 10;
        run.Report(501, double.NaN);
        Assert.Equal("first: 501/1000, 50 it/s; all runs 25 %, 30 s left\n", written.ToString());
    }

    [Fact]
    public void A_fault_of_ours_is_one_line_that_says_how_to_see_more()
    {
        Exception inner = new InvalidOperationException("first\nsecond");
        AggregateException several = new(inner);
        foreach (Exception exception in (Exception[])[
            inner, several, new TypeInitializationException("T", several), new TargetInvocationException(inner)])
        {
            using StringWriter error = new() { NewLine = "\n" };
            Failure failure = Failure.Of(exception);
            Assert.Equal(1, failure.ExitCode);
            failure.Say(error);
            Assert.Equal(
                "lintf: an unforeseen fault, InvalidOperationException: first second (with LINTF_TRACE=1 in the environment it is said "
                    + "where)\n",
                error.ToString());
        }
    }

    [Fact]
    public void What_was_thrown_on_another_thread_is_said_as_if_it_were_on_this()
    {
        Assert.Equal(2, Failure.Of(new AggregateException(new UsageException("x"))).ExitCode);
        Assert.Equal(1, Failure.Of(new AggregateException(new InsufficientMemoryException())).ExitCode);
        Assert.Equal(130, Failure.Of(new AggregateException(new OperationCanceledException())).ExitCode);
    }

    [Theory]
    [InlineData(1, "1 iteration")]
    [InlineData(0, "0 iterations")]
    [InlineData(20_000, "20000 iterations")]
    public void One_is_one(int count, string expected) => Assert.Equal(expected, Experiments.Counted.Of(count, "iteration"));

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; } = 100;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(1000 * Seconds);
    }

    /// <summary>Takes so many texts, and then no more.</summary>
    private sealed class Pipe(int lines, Func<IOException> end) : MemoryStream
    {
        private int _left = lines;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (_left-- <= 0)
            {
                throw end();
            }
        }
    }
}
