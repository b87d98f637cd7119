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
    /// <summary>The formats: how each is written to where --out says, and what was written.</summary>
    private static readonly (string Name, Func<string, string> Output, Func<RunExport, string, string> Write)[] Formats =
    [
        ("npz", path => OutputPath.File("out", path), (export, path) => ToFile(export.WriteNumpy, path)),
        ("csv", path => OutputPath.File("out", path), (export, path) => ToFile(export.WriteTable, path)),
        ("tensorboard", OutputPath.Folder, (export, path) => export.WriteEvents(path)),
    ];

    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "export",
            "Write a run's history and log for other programs: npz for numpy.load, with allparam, iteration, U and D where they are "
                + "there, log_iteration, log_loss and log_gradientNorm; csv, a line for each iteration; or tensorboard, a folder with an "
                + "event file of the log. (Python's safetensors reads history.safetensors as it is.)\n\nExample:\n  lintf export "
                + "runs/train/normal-n20-adam-lr0.02-seed0 --format npz --out run.npz");
        Argument<string> source = new("source") { HelpName = PathName.File, Description = "a run's folder, or a .safetensors file" };
        Option<string> format = SettingOption.Create("format", "npz|csv|tensorboard", "what is written [told from the end of --out]");
        Option<string> output = SettingOption.Create("out", "PATH", "the file, or the folder for tensorboard (needed)");
        command.Arguments.Add(source);
        command.Options.Add(format);
        Option<bool> json = new("--json") { Description = "print what was written as a JSON object on one line" };
        command.Options.Add(output);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(output)
                ?? throw new UsageException("--out is missing: it must be a file, or a folder for tensorboard");
            (_, Func<string, string> place, Func<RunExport, string, string> write) = SettingOption.OneOf(
                "format", parsed.GetValue(format) ?? FormatOf(path), [.. Formats.Select(one => (one.Name, one))]);
            path = place(path);
            string from = parsed.GetValue(source)!;
            RunExport export = Read(from);
            try
            {
                path = write(export, path);
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

    /// <summary>The format that the end of a file's name tells.</summary>
    private static string FormatOf(string path)
        => Path.GetExtension(path) is { Length: > 1 } end ? end[1..]
            : throw new UsageException(
                "--format is missing, and --out does not end with a format: it must be one of "
                    + string.Join(", ", Formats.Select(one => one.Name)));

    private static string ToFile(Action<string> write, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        write(path);
        return path;
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
