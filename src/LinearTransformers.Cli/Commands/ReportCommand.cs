using System.CommandLine;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Experiments.Report;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf report: one page of what some folders hold.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "report",
            "Write one self-contained HTML page of results and runs: verdicts, curves to zoom into with means over seeds and exact floors, "
                + "matrices along the runs, figures, settings. "
            + "What cannot be read is left out with a line that names it, and the exit code is then 2.");
        Argument<string[]> folders = new("folder")
        {
            HelpName = PathName.Folder,
            Description = "folders of experiments, of runs, or with such below them",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string> output = SettingOption.Create("out", "FILE", "the page [report.html in the first folder]");
        command.Arguments.Add(folders);
        command.Options.Add(output);
        command.SetAction(parsed =>
        {
            string[] chosen = parsed.GetValue(folders) ?? [];
            string path = OutputPath.File("out", parsed.GetValue(output) ?? Path.Combine(chosen[0], "report.html"));

            IReadOnlyList<string> problems;
            try
            {
                problems = ReportPage.Write(chosen, path);
            }
            catch (ReportException exception)
            {
                throw new UsageException(exception.Message);
            }

            SayLeftOut(terminal, problems);
            terminal.Out.WriteLine(path);
            return problems.Count == 0 ? ExitCode.Fine : ExitCode.Usage;
        });
        return command;
    }

    /// <summary>Names what a page had to leave out, a line each.</summary>
    public static void SayLeftOut(Terminal terminal, IReadOnlyList<string> problems)
    {
        foreach (string problem in problems)
        {
            terminal.Error.WriteLine($"lintf: left out: {problem.ReplaceLineEndings(" ")}");
        }
    }
}
