using System.CommandLine;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments.Exact;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf theory: the exact optima and losses for prompts and models as lintf train takes them.</summary>
internal static class TheoryCommand
{
    private const int MostLayers = 6;
    private const int MostExamples = 100_000;
    private const int MostDimensions = 64;
    private const double Moderate = 1e6;

    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "theory",
            "Print the least losses that theory gives, and the parameters that have them. It takes the options of lintf train that "
                + "say what prompts and the model are. Where covariates and activation are left open, values for others than the "
                + "default stand beside.");
        TrainOptions options = new(command, TrainingSettings.Groups.Model, TrainingSettings.Groups.Prompts);
        Option<string> layers = SettingOption.Create(
            "layers", "n", $"layers, or steps of gradient descent: from 1 to this many, {MostLayers} at most; also --n-layer [3]");
        Option<string> eigenvalues = SettingOption.Create(
            "sigma", "l1,l2,…", "as --covariance spectrum:l1,l2,…, with w ~ N(0, I) for one layer and w ~ N(0, Σ⁻¹) for more [all 1]");
        Option<bool> json = new("--json") { Description = "print a JSON object a line" };
        foreach (Option option in (Option[])[layers, eigenvalues, json])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            TrainingSettings settings = options.Read(parsed, new TrainingSettings(), []);
            bool saysLayers = options.Has(parsed, "n-layer");
            int most = parsed.GetValue(layers) is { } text ? SettingOption.Int("layers", text) : settings.Layers;
            InRange(saysLayers && parsed.GetValue(layers) is null ? "n-layer" : "layers", most, MostLayers);
            InRange("N", settings.ContextLength, MostExamples);
            InRange("d", settings.Dimension, MostDimensions);
            if (settings.Covariates is GammaCovariates { ShapeK: < 1 / Moderate or > Moderate } gamma)
            {
                throw new SettingException("shape-k", gamma.ShapeK, "from 1e-6 to 1e6");
            }

            bool isGiven = options.Has(parsed, "covariance") || options.Has(parsed, "task-covariance");
            string? sigma = parsed.GetValue(eigenvalues);
            if (sigma is not null && isGiven)
            {
                throw new SettingException("sigma", sigma, "left out with --covariance or --task-covariance, which say the same");
            }

            settings = sigma is null ? settings : settings with { Covariance = Spectrum(sigma, settings.Dimension) };
            bool isOpen = !options.Has(parsed, "covariates") && !options.Has(parsed, "mode") && !options.Has(parsed, "activation");
            settings.Validate();
            IEnumerable<ExactRow> rows = ExactFamily.Of(Of, Enumerable.Range(1, most), terminal.Stop);
            if (parsed.GetValue(json))
            {
                foreach (ExactRow row in rows)
                {
                    terminal.Out.WriteLine(TheoryTable.ToJson(row, settings));
                }
            }
            else
            {
                TheoryTable.Write(terminal.Out, rows, most, settings);
            }

            return ExitCode.Fine;

            TrainingSettings Of(ExactFamily family)
            {
                TrainingSettings of = isOpen ? family.Where(settings) : settings;
                return sigma is not null && family is OneLayerFamily ? of with { TaskCovariance = new IdentityTaskCovariance() } : of;
            }
        });
        return command;
    }

    private static void InRange(string name, int value, int most)
    {
        if (value < 1 || value > most)
        {
            throw new SettingException(name, value, $"from 1 to {most}");
        }
    }

    private static SpectrumCovariance Spectrum(string text, int d)
    {
        double[] values = [.. text.Split(',').Select(part => SettingOption.Number("sigma", part))];
        return values.Length == d && values.All(value => value is >= 1 / Moderate and <= Moderate)
            ? new SpectrumCovariance { Eigenvalues = values }
            : throw new SettingException("sigma", text, $"{d} positive numbers with commas between them, as many as d, from 1e-6 to 1e6");
    }
}
