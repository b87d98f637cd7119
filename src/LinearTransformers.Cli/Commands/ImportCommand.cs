using System.CommandLine;
using System.Globalization;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Exchange;
using LinearTransformers.Experiments;
using LinearTransformers.Models;
using LinearTransformers.Settings;
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
        Command command = new(
            "import", "Read what the published PyTorch code saved (.pth), as run folders that plot and export read. What the file does "
                + "not tell of a run comes from options, with the names and defaults of train: N, B, mode, alg, lr and the iterations "
                    + "between two snapshots (--hist-stride); or all of it from --config.\n\nExamples:\n  lintf import "
                        + "rotation_hist.pth --out runs/published --B 20000 --hist-stride 100 --lr 0.1 --betas 0.99,0.9\n  lintf "
                            + "import rotation_hist.pth --out runs/published --config rotation --hist-stride 100");
        Argument<string> file =
            new("file")
            {
                HelpName = PathName.File,
                Description =
                    "a file that torch.save wrote: hist_list, hist_dict with U_dict and D_dict, hist with U and D, state_dicts, or "
                        + "plain numbers"
            };
        TrainOptions options = new(command);
        Option<string> output =
            SettingOption.Create("out", "DIR", "the folder: the run's, or of several runs a folder each within it (needed)");
        Option<string> keys =
            SettingOption.Create(
                "keys", "NAMES",
                    "what the keys of several runs say, as names of options with commas between them, such as sd,n-layer [sd]");
        Option<string> entry = SettingOption.Create("entry", "NAME", "only the runs of this entry of the file [all]");
        command.Arguments.Add(file);
        Option<string> config = SettingOption.ConfigOption("settings that the file does not tell");
        Option<bool> json = new(
            "--json")
        { Description = "print what was written as a JSON object on one line, and nothing else on standard output" };
        foreach (Option option in (Option[])[config, output, keys, entry, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file)!;
            string folder = OutputPath.Folder(parsed.GetValue(output) ?? throw new UsageException("--out is missing: it must be a folder"));
            PublishedFile content = Read(path);
            IReadOnlyList<PublishedRun> runs = Chosen(content.Runs, parsed.GetValue(entry), path);
            string[] names = (parsed.GetValue(keys) ?? SeedName).Split(',');
            string? source = parsed.GetValue(config);
            TrainingSettings known = source is null ? new TrainingSettings() : SettingsSource.Read(source, terminal);
            int stride = options.Read(parsed, known, []).HistoryStride;
            (PublishedRun Run, TrainingSettings Settings, string Folder)[] all =
                [.. runs.Select(run => (run, Settings(run), Path.Combine(folder, runs.Count > 1 ? FolderName(run, names) : "")))];
            Apart(all);
            foreach ((PublishedRun run, TrainingSettings settings, string target) in all)
            {
                run.Check(settings);
                _ = OutputPath.Naming(() => RunImport.Write(run, settings, target, Path.GetFileName(path)));
            }

            string? values = WriteValues(content, runs.Count, path, folder);
            if (parsed.GetValue(json))
            {
                terminal.Out.WriteLine(JsonLines.Imported(all, values));
            }
            else
            {
                Say(terminal, content, all, values);
            }

            foreach (string remark in content.Remarks)
            {
                terminal.Error.WriteLine($"lintf: {path}: {remark}");
            }

            foreach (string place in content.LeftOut)
            {
                terminal.Error.WriteLine($"lintf: {place} is left out: it is no number");
            }

            return ExitCode.Fine;

            // What the file tells in place of what --config says, then what its keys say, then what the command line says.
            TrainingSettings Settings(PublishedRun run)
            {
                TrainingSettings settings = run.Complete(known, stride);
                if (source is not null)
                {
                    SameKind(run, settings, known, source);
                }

                for (int i = 0; i < Math.Min(names.Length, run.Key.Count); i++)
                {
                    settings = options.Apply(settings, names[i], run.Key[i]);
                }

                // The data's seed is the run's in many notebooks; then a run of another seed has that for both.
                if (known.DataSeed == known.Seed)
                {
                    settings = settings with { DataSeed = options.Read(parsed, settings, []).Seed };
                }

                settings = options.Read(parsed, settings, []);
                run.Check(settings);
                settings.Validate();
                return settings;
            }
        });
        return command;
    }

    private static PublishedFile Read(string path)
    {
        if (path.Length == 0)
        {
            throw new UsageException("the file's name is empty: it must be a file that torch.save wrote");
        }

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
            : throw new UsageException(
                $"--entry is {entry}: it must be {(entries.Length > 0 ? string.Join(" or ", entries) : "left out")}, as {path} holds "
                    + $"{(entries.Length > 0 ? "runs there" : "no run")}{Spelling.Suggestion(entry, entries)}");
    }

    /// <summary>seed0, or seed0-n-layer3: what the keys say; key0 where nobody knows.</summary>
    private static string FolderName(PublishedRun run, string[] names)
    {
        string[] parts = [.. run.Key.Select((key, i) => (i >= names.Length ? "key" : names[i] == SeedName ? "seed" : names[i]) + key)];
        string name = parts.Length > 0 ? string.Join('-', parts) : run.Entry;
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && name.Trim('.').Length > 0
            ? name
            : throw new UsageException(
                $"{run.Name}: a folder cannot be called {name}; keys should be of letters, digits, '-', '_' and '.'");
    }

    /// <summary>Refuses settings of another experiment. Sizes are the file's: one file of settings goes for runs of several.</summary>
    private static void SameKind(PublishedRun run, TrainingSettings own, TrainingSettings known, string source)
    {
        if (own.Covariance != known.Covariance)
        {
            throw new UsageException(
                $"--config is {source}: it must be settings of the file's runs, and {run.Name} has "
                    + $"{(run.Covariance is null ? "no" : "a")} covariance U and D, which these say it "
                        + $"has{(run.Covariance is null ? "" : " not")}");
        }

        if (own.Model.GetType() != known.Model.GetType())
        {
            throw new UsageException(
                $"--config is {source}: it must be settings of the file's runs, and {run.Name} has "
                    + $"{(own.Model is LinearTransformerModel ? "no" : "a")} network before its attention, which these say it "
                        + $"has{(own.Model is LinearTransformerModel ? "" : " not")}");
        }
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
                    ? $"{other.Name} and {run.Name} would be runs of the same settings: --keys must say what their keys are, such as "
                        + "sd,n-layer, and no option the same of all"
                    : $"{other.Name} and {run.Name} would be runs of the same settings: --entry must choose one of them");
            }
        }
    }

    private static string Describe(PublishedRun run, TrainingSettings settings, string folder)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{folder}: {Counted.Of(run.Count, "snapshot")}, iterations {run.FirstIteration} to "
                + $"{run.LastIteration(settings.HistoryStride)}, n-layer {settings.Layers}, n-head {settings.Heads}, d "
                    + $"{settings.Dimension}, sd {settings.Seed}{(run.Covariance is null ? "" : ", with U and D")}");

    /// <summary>Writes what belongs to no run.</summary>
    /// <returns>The file; null if there is nothing.</returns>
    private static string? WriteValues(PublishedFile content, int runs, string path, string folder)
    {
        if (content.Values.Count == 0)
        {
            return runs > 0 ? null
                : throw new UsageException($"{path} holds no run and no numbers: it must be a file with a history, such as hist_list");
        }

        string values = Path.Combine(folder, ValuesName);
        Directory.CreateDirectory(folder);
        TensorFile.Write(values, content.Values);
        return values;
    }

    private static void Say(
        Terminal terminal, PublishedFile content, IReadOnlyList<(PublishedRun Run, TrainingSettings Settings, string Folder)> all,
            string? values)
    {
        foreach ((PublishedRun run, TrainingSettings settings, string folder) in all)
        {
            terminal.Out.WriteLine(Describe(run, settings, folder));
        }

        if (values is not null)
        {
            string names = string.Join(", ", content.Values.Take(4).Select(tensor => tensor.Name))
                + (content.Values.Count > 4 ? ", …" : "");
            terminal.Out.WriteLine(
                $"{values}: {names}"
                    + (all.Count == 0 ? "; there is no run in the file, these are its numbers" : ", which belong to no run"));
        }
    }
}
