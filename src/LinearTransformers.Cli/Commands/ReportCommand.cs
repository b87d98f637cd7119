using System.CommandLine;
using LinearTransformers.Experiments.Report;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf report: one page of what some folders hold.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new("report", "Write one self-contained HTML page of results and runs: verdicts, figures, curves to zoom into, matrices along the runs.");
        Argument<string[]> folders = new("folder") { HelpName = SettingOption.Folder, Description = "folders of experiments, of runs, or with such below them", Arity = ArgumentArity.OneOrMore };
        Option<string> output = SettingOption.Create("out", "FILE", "the page [report.html in the first folder]");
        command.Arguments.Add(folders);
        command.Options.Add(output);
        command.SetAction(parsed =>
        {
            string[] chosen = parsed.GetValue(folders) ?? [];
            string path = OutputPath.File("out", parsed.GetValue(output) ?? Path.Combine(chosen[0], "report.html"));

            try
            {
                ReportPage.Write(chosen, path);
            }
            catch (ReportException exception)
            {
                throw new UsageException(exception.Message);
            }

            terminal.Out.WriteLine(path);
            return ExitCode.Fine;
        });
        return command;
    }
}
