using System.CommandLine;
using System.Globalization;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>What the commands that draw a figure of runs have in common.</summary>
internal sealed class FigureOptions
{
    private readonly Option<string> _output;
    private readonly Option<string> _data = SettingOption.Create(
        "data", "FILE", "write the numbers behind the figure as CSV too, one observation a row");
    private readonly Option<string> _every;
    private readonly Option<string> _iterations;
    private readonly Option<string> _prompts;
    private readonly Option<string> _threads = SettingOption.Create("threads", "n", "threads [one a processor]");

    /// <param name="output">Where the figure goes by default, for the help.</param>
    /// <param name="every">What --every does, for the help.</param>
    /// <param name="iterations">The default of --max-iters, for the help.</param>
    /// <param name="prompts">What --prompts does, for the help.</param>
    public FigureOptions(string output, string every, string iterations, string prompts)
    {
        _output = SettingOption.Create(
            "out",
            "PATH",
            $"where the figure goes: with .png, .svg or .pdf at its end in that format alone, otherwise in all three [{output}]");
        _every = SettingOption.Create("every", "n", every);
        _iterations = SettingOption.Create("max-iters", "n", $"show iterations below n only [{iterations}]");
        _prompts = SettingOption.Create("prompts", "n", prompts);
    }

    /// <summary>The runs.</summary>
    public Argument<string[]> Runs { get; } = new("run")
    {
        HelpName = PathName.Folder,
        Description = "run folders, or folders with runs below them",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Adds the options, a command's own behind them.</summary>
    public void AddTo(Command command, params Option[] own)
    {
        foreach (Option option in (Option[])[_output, _data, _every, _iterations, _prompts, .. own, _threads])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Where the figure goes.</summary>
    public string Output(ParseResult parsed, string name) => OutputPath.Figure(parsed.GetValue(_output) ?? Path.Combine("figures", name));

    /// <summary>Where its numbers go; null where they are not asked for.</summary>
    public string? Table(ParseResult parsed) => parsed.GetValue(_data) is { } given ? OutputPath.File("data", given) : null;

    /// <summary>What is asked of the figure.</summary>
    public PlotOptions Read(ParseResult parsed) => new()
    {
        Every = AtLeastOne("every", parsed.GetValue(_every)),
        MaxIterations = AtLeastOne("max-iters", parsed.GetValue(_iterations)),
        Prompts = AtLeastOne("prompts", parsed.GetValue(_prompts)),
        Threads = SettingOption.Threads(parsed.GetValue(_threads)),
    };

    /// <summary>Draws a figure.</summary>
    /// <exception cref="UsageException">There is nothing to draw.</exception>
    public static Plot Draw(Terminal terminal, string name, IReadOnlyList<string> runs, PlotOptions options)
    {
        try
        {
            return ProgressDisplay.Show(terminal, progress => PlotCatalog.Draw(name, runs, options, progress, terminal.Stop));
        }
        catch (Exception exception) when (exception is PlotException or RunDirectoryException)
        {
            throw new UsageException(exception.Message);
        }
    }

    /// <summary>Writes a figure, and its numbers if they are asked for; says its warnings.</summary>
    /// <returns>The files.</returns>
    public static IReadOnlyList<string> Save(Terminal terminal, Plot plot, string path, string? table)
    {
        List<string> files = [.. FigureFiles.Save(plot.Figure, path)];
        if (table is not null)
        {
            FigureFiles.WriteTable(plot.Table, table);
            files.Add(table);
        }

        foreach (string warning in plot.Warnings)
        {
            terminal.Error.WriteLine("lintf: " + warning);
        }

        return files;
    }

    /// <summary>Writes a figure's caption and numbers.</summary>
    public static void WriteNotes(TextWriter writer, Plot plot)
    {
        writer.WriteLine(plot.Caption);
        int width = plot.Notes.Count == 0 ? 0 : plot.Notes.Max(note => note.Name.Length);
        foreach ((string what, double value) in plot.Notes)
        {
            writer.WriteLine($"{what.PadRight(width)}  {value.ToString("G5", CultureInfo.InvariantCulture)}");
        }
    }

    /// <summary>A value of an option that is 1 or more; null where it is not given.</summary>
    public static int? AtLeastOne(string name, string? text)
    {
        int? value = text is null ? null : SettingOption.Int(name, text);
        return value is null or >= 1 ? value : throw new SettingException(name, text, "at least 1");
    }
}
