using System.CommandLine;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Exchange;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf export: a run's history and log for NumPy or as a table.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "export", "Write a run's history and log for other programs: npz for numpy.load, with allparam, iteration, U and D where "
                + "they are there, log_iteration, log_loss and log_gradientNorm; or csv, a line for each iteration. (Python's "
                    + "safetensors reads history.safetensors as it is.)\n\nExample:\n  lintf export "
                        + "runs/train/normal-n20-adam-lr0.02-seed0 --format npz --out run.npz");
        Argument<string> source = new("source") { HelpName = PathName.File, Description = "a run's folder, or a .safetensors file" };
        Option<string> format = SettingOption.Create("format", "npz|csv", "what is written [told from the end of --out]");
        Option<string> output = SettingOption.Create("out", "FILE", "the file (needed)");
        command.Arguments.Add(source);
        command.Options.Add(format);
        Option<bool> json = new("--json") { Description = "print what was written as a JSON object on one line" };
        command.Options.Add(output);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string path = OutputPath.File(
                "out", parsed.GetValue(output) ?? throw new UsageException("--out is missing: it must be a file"));
            bool asTable = SettingOption.OneOf(
                "format", parsed.GetValue(format) ?? Path.GetExtension(path).TrimStart('.'), ("npz", false), ("csv", true));
            string from = parsed.GetValue(source)!;
            RunExport export = Read(from);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            try
            {
                if (asTable)
                {
                    export.WriteTable(path);
                }
                else
                {
                    export.WriteNumpy(path);
                }
            }
            catch (ArgumentException exception)
            {
                throw new UsageException($"{from}: {exception.Message}");
            }

            terminal.Out.WriteLine(parsed.GetValue(json) ? JsonLines.Exported(path) : path);
            return ExitCode.Fine;
        });
        return command;
    }

    private static RunExport Read(string path)
    {
        try
        {
            return File.Exists(path) ? RunExport.OfFile(path) : RunExport.OfRun(path);
        }
        catch (Exception exception) when (exception is RunDirectoryException or TensorFormatException)
        {
            throw new UsageException(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException(
                $"{path} cannot be read ({exception.Message.TrimEnd('.')}): it must be a run's folder or a .safetensors file");
        }
    }
}
