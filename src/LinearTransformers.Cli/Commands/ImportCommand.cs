using System.CommandLine;
using System.Globalization;
using LinearTransformers.Exchange;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf import: runs that the published code saved, as runs of ours.</summary>
internal static class ImportCommand
{
    private const string ValuesName = "values.safetensors";
    private const string SeedName = "sd";

    public static Command Create(Terminal terminal)
    {
        Command command = new("import", "Read what the published PyTorch code saved (.pth), as run folders that plot and export read. What the file does not tell of a run comes from options, with the names and defaults of train: N, B, mode, alg, lr and the iterations between two snapshots (--hist-stride).\n\nExample:\n  lintf import rotation_hist.pth --out runs/published --B 20000 --hist-stride 100 --lr 0.1 --betas 0.99,0.9");
        Argument<string> file = new("file") { Description = "a file that torch.save wrote: hist_list, hist_dict with U_dict and D_dict, hist with U and D, state_dicts, or plain numbers" };
        TrainOptions options = new(command);
        Option<string> output = SettingOption.Create("out", "DIR", "the folder: the run's, or of several runs a folder each within it (needed)");
        Option<string> keys = SettingOption.Create("keys", "NAMES", "what the keys of several runs say, as names of options with commas between them, such as sd,n-layer [sd]");
        Option<string> entry = SettingOption.Create("entry", "NAME", "only the runs of this entry of the file [all]");
        command.Arguments.Add(file);
        foreach (Option option in (Option[])[output, keys, entry])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file)!;
            string folder = parsed.GetValue(output) is { Length: > 0 } given ? given : throw new UsageException("--out is missing: it must be a folder");
            PublishedFile content = Read(path);
            IReadOnlyList<PublishedRun> runs = Chosen(content.Runs, parsed.GetValue(entry), path);
            string[] names = (parsed.GetValue(keys) ?? SeedName).Split(',');
            int stride = options.Read(parsed, new TrainingSettings()).HistoryStride;
            (PublishedRun Run, TrainingSettings Settings, string Folder)[] all = [.. runs.Select(run => (run, Settings(run), Path.Combine(folder, runs.Count > 1 ? FolderName(run, names) : "")))];
            Apart(all);
            foreach ((PublishedRun run, TrainingSettings settings, string target) in all)
            {
                run.Check(settings);
                _ = RunImport.Write(run, settings, target, Path.GetFileName(path));
                terminal.Out.WriteLine(Describe(run, settings, target));
            }

            SayRest(terminal, content, runs.Count, path, folder);
            return ExitCode.Fine;

            // What the file tells, then what its keys say, then what the command line says.
            TrainingSettings Settings(PublishedRun run)
            {
                TrainingSettings settings = run.Complete(new TrainingSettings(), stride);
                for (int i = 0; i < Math.Min(names.Length, run.Key.Count); i++)
                {
                    settings = options.Apply(settings, names[i], run.Key[i]);
                }

                settings = options.Read(parsed, settings);
                run.Check(settings);
                settings.Validate();
                return settings;
            }
        });
        return command;
    }

    private static PublishedFile Read(string path)
    {
        try
        {
            return PublishedFile.Read(path);
        }
        catch (TensorFormatException exception)
        {
            throw new UsageException(exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{path} cannot be read ({exception.Message.TrimEnd('.')}): it must be a file that torch.save wrote");
        }
    }

    private static IReadOnlyList<PublishedRun> Chosen(IReadOnlyList<PublishedRun> runs, string? entry, string path)
    {
        if (entry is null)
        {
            return runs;
        }

        PublishedRun[] chosen = [.. runs.Where(run => run.Entry == entry)];
        string[] entries = [.. runs.Select(run => run.Entry).Distinct()];
        return chosen.Length > 0
            ? chosen
            : throw new UsageException($"--entry is {entry}: it must be {(entries.Length > 0 ? string.Join(" or ", entries) : "left out")}, as {path} holds {(entries.Length > 0 ? "runs there" : "no run")}");
    }

    /// <summary>seed0, or seed0-n-layer3: what the keys say; key0 where nobody knows.</summary>
    private static string FolderName(PublishedRun run, string[] names)
    {
        string[] parts = [.. run.Key.Select((key, i) => (i >= names.Length ? "key" : names[i] == SeedName ? "seed" : names[i]) + key)];
        string name = parts.Length > 0 ? string.Join('-', parts) : run.Entry;
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && name.Trim('.').Length > 0
            ? name
            : throw new UsageException($"{run.Name}: a folder cannot be called {name}; keys should be of letters, digits, '-', '_' and '.'");
    }

    /// <summary>Refuses two runs that would be one: a figure would count one of them only.</summary>
    private static void Apart((PublishedRun Run, TrainingSettings Settings, string Folder)[] all)
    {
        Dictionary<TrainingSettings, PublishedRun> seen = [];
        HashSet<string> folders = new(StringComparer.OrdinalIgnoreCase);
        foreach ((PublishedRun run, TrainingSettings settings, string folder) in all)
        {
            if (!seen.TryAdd(settings, run) || !folders.Add(folder))
            {
                PublishedRun other = seen[settings];
                throw new UsageException(other.Entry == run.Entry
                    ? $"{other.Name} and {run.Name} would be runs of the same settings: --keys must say what their keys are, such as sd,n-layer, and no option the same of all"
                    : $"{other.Name} and {run.Name} would be runs of the same settings: --entry must choose one of them");
            }
        }
    }

    private static string Describe(PublishedRun run, TrainingSettings settings, string folder)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{folder}: {run.Count} {(run.Count == 1 ? "snapshot" : "snapshots")}, iterations {run.FirstIteration} to {run.LastIteration(settings.HistoryStride)}, n-layer {settings.Layers}, n-head {settings.Heads}, d {settings.Dimension}, sd {settings.Seed}{(run.Covariance is null ? "" : ", with U and D")}");

    private static void SayRest(Terminal terminal, PublishedFile content, int runs, string path, string folder)
    {
        if (content.Values.Count > 0)
        {
            string values = Path.Combine(folder, ValuesName);
            Directory.CreateDirectory(folder);
            TensorFile.Write(values, content.Values);
            string names = string.Join(", ", content.Values.Take(4).Select(tensor => tensor.Name)) + (content.Values.Count > 4 ? ", …" : "");
            terminal.Out.WriteLine($"{values}: {names}{(runs == 0 ? "; there is no run in the file, these are its numbers" : ", which belong to no run")}");
        }
        else if (runs == 0)
        {
            throw new UsageException($"{path} holds no run and no numbers: it must be a file with a history, such as hist_list");
        }

        foreach (string remark in content.Remarks)
        {
            terminal.Error.WriteLine($"lintf: {path}: {remark}");
        }

        foreach (string place in content.LeftOut)
        {
            terminal.Error.WriteLine($"lintf: {place} is left out: it is no number");
        }
    }
}
