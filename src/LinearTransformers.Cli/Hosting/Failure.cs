using System.Reflection;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Experiments.Report;
using LinearTransformers.Experiments.Sweeps;
using LinearTransformers.Experiments.Sweeps.Slurm;
using LinearTransformers.Settings;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Hosting;

/// <summary>How an exception ends the program: an exit code and one line.</summary>
/// <param name="ExitCode">The program's.</param>
/// <param name="Message">What is said.</param>
/// <param name="Exception">What happened.</param>
internal sealed record Failure(int ExitCode, string Message, Exception Exception)
{
    /// <summary>Set to 1, this variable of the environment has stack traces written below the line.</summary>
    public const string TraceVariable = "LINTF_TRACE";

    private const int LongestMessage = 1000;

    /// <summary>What is to be said of an exception, whatever it is.</summary>
    public static Failure Of(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [Exception inner, ..] } => Of(inner),
        TypeInitializationException { InnerException: { } inner } => Of(inner),
        TargetInvocationException { InnerException: { } inner } => Of(inner),
        SettingException => new(Hosting.ExitCode.Usage, "--" + exception.Message, exception),
        UsageException or AbsentPartException or PlotException or SweepException or ReportException or TensorFormatException
            or RunDirectoryException => new(Hosting.ExitCode.Usage, exception.Message, exception),
        SlurmException => new(Hosting.ExitCode.Failed, exception.Message, exception),
        RunDivergedException => new(Hosting.ExitCode.Short, exception.Message, exception),
        OperationCanceledException => new(Hosting.ExitCode.Interrupted, "interrupted before it was done", exception),
        IOException or UnauthorizedAccessException => new(Hosting.ExitCode.Failed, FileFault.Describe(exception), exception),
        OutOfMemoryException => new(
            Hosting.ExitCode.Failed,
            "there is not enough memory for this: smaller sizes, such as --B or --lbfgs-history, need less",
            exception),
        _ => new(
            Hosting.ExitCode.Failed,
            $"an unforeseen fault, {exception.GetType().Name}: {exception.Message.TrimEnd('.')} (with {TraceVariable}=1 in the "
                + "environment it is said where)",
            exception),
    };

    /// <summary>Says it in one line, and where it happened if that was asked for.</summary>
    public void Say(TextWriter error)
    {
        error.WriteLine("lintf: " + OneLine(Message));
        if (Environment.GetEnvironmentVariable(TraceVariable) == "1")
        {
            error.WriteLine(Exception);
        }
    }

    /// <summary>A word of the command line, as far as it fits into a message.</summary>
    public static string Short(string text)
    {
        const int Longest = 100;
        return text.Length <= Longest ? text : $"{text[..Longest]}…";
    }

    /// <summary>On one line, without what a terminal would take for a command, and not without end.</summary>
    public static string OneLine(string text)
    {
        string line = string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= LongestMessage ? line : $"{line[..(LongestMessage / 2)]} … {line[^(LongestMessage / 2)..]}";
    }
}
