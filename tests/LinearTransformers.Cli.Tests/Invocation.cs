using LinearTransformers.Cli.Hosting;

namespace LinearTransformers.Cli.Tests;

/// <summary>The program run in this process, with its output caught.</summary>
internal sealed record Invocation(int ExitCode, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Invocation Of(params string[] args) => Of(CancellationToken.None, args);

    public static Invocation Of(CancellationToken stop, params string[] args)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = Application.Run(args, new Terminal(output, error, IsErrorInteractive: false, stop));
        return new Invocation(code, output.ToString(), error.ToString());
    }
}
