using System.CommandLine;
using LinearTransformers.Models;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>The hyper-parameters of the published code, under their own names.</summary>
internal sealed class TrainOptions
{
    private readonly List<(Option<string> Option, Func<TrainingSettings, string, TrainingSettings> Apply)> _options = [];

    public TrainOptions(Command command)
    {
        Add("mode", "normal|sphere|gamma|relu|mlp", "where covariates and labels come from [normal]", (s, v) => s with { Mode = SettingOption.OneOf("mode", v, ("normal", PromptMode.Normal), ("sphere", PromptMode.Sphere), ("gamma", PromptMode.Gamma), ("relu", PromptMode.Relu), ("mlp", PromptMode.Mlp)) });
        Add("alg", "sgd|adam|lbfgs", "optimizer: SGD with momentum, Adam, or L-BFGS [adam]", (s, v) => s with { Algorithm = Algorithm(v) });
        Add("lr", "x", "learning rate [0.02]", (s, v) => s with { LearningRate = SettingOption.Number("lr", v) });
        Add("toclip", "true|false", "whether gradients are clipped [true]", (s, v) => s with { ToClip = SettingOption.Flag("toclip", v) });
        Add("clip", "threshold", "longest gradient that is not clipped; none: as by default [1; 0.1 in mode sphere]", (s, v) => s with { ClipThreshold = SettingOption.OrNone(v, text => SettingOption.Number("clip", text)) });
        Add("clip-scope", "all|matrix", "whether the whole gradient is clipped or each matrix by itself [all]", (s, v) => s with { ClipScope = SettingOption.OneOf("clip-scope", v, ("all", ClipScope.All), ("matrix", ClipScope.Matrix)) });
        Add("sd", "seed", "seed of the run (also --seed) [0]", (s, v) => s with { Seed = SettingOption.Long("sd", v) }, "seed");
        Add("data-seed", "seed", "seeds the stream anew after the parameters are initialised [none]", (s, v) => s with { DataSeed = SettingOption.OrNone(v, text => SettingOption.Long("data-seed", text)) });
        Add("max-iters", "n", "iterations [10000]", (s, v) => s with { MaxIterations = SettingOption.Int("max-iters", v) });
        Add("n-layer", "n", "layers [3]", (s, v) => s with { Layers = SettingOption.Int("n-layer", v) });
        Add("n-head", "n", "heads a layer [1]", (s, v) => s with { Heads = SettingOption.Int("n-head", v) });
        Add("N", "n", "context length [20]", (s, v) => s with { ContextLength = SettingOption.Int("N", v) });
        Add("d", "n", "dimension of the covariates [5]", (s, v) => s with { Dimension = SettingOption.Int("d", v) });
        Add("B", "n", "prompts in a batch [1000]", (s, v) => s with { BatchSize = SettingOption.Int("B", v) });
        Add("var", "std", "standard deviation of the initial parameters [0.05]", (s, v) => s with { InitialDeviation = SettingOption.Number("var", v) });
        Add("shape-k", "k", "shape of mode gamma; the smaller, the heavier the tails [0.1]", (s, v) => s with { ShapeK = SettingOption.Number("shape-k", v) });
        Add("networks", "batch|prompt", "in modes relu and mlp: one random network for each batch, as published, or one for each prompt [batch]", (s, v) => s with { Networks = SettingOption.OneOf("networks", v, ("batch", NetworkSharing.Batch), ("prompt", NetworkSharing.Prompt)) });
        Add("betas", "b1,b2", "Adam's decay rates [0.9,0.9]", Betas);
        Add("momentum", "m", "SGD's momentum [0.9]", (s, v) => s with { Momentum = SettingOption.Number("momentum", v) });
        Add("lbfgs-inner", "n", "L-BFGS's iterations within one [4]", (s, v) => s with { LbfgsInnerIterations = SettingOption.Int("lbfgs-inner", v) });
        Add("lbfgs-history", "n", "pairs that L-BFGS keeps [600]", (s, v) => s with { LbfgsHistory = SettingOption.Int("lbfgs-history", v) });
        Add("line-search", "none|strong-wolfe", "L-BFGS's line search [none]", (s, v) => s with { LineSearch = SettingOption.OneOf("line-search", v, ("none", LineSearch.None), ("strong-wolfe", LineSearch.StrongWolfe)) });
        Add("covariance", "identity|rotated", "covariance of the covariates; rotated is drawn from the stream [identity]", (s, v) => s with { Covariance = SettingOption.OneOf("covariance", v, ("identity", CovarianceKind.Identity), ("rotated", CovarianceKind.Rotated)) });
        Add("resample-every", "n", "keep a batch and refresh it in place every n iterations; 0: never; none: a fresh batch each iteration [none]", (s, v) => s with { ResampleEvery = SettingOption.OrNone(v, text => SettingOption.Int("resample-every", text)) });
        Add("lr-halve-every", "n", "halve the learning rate every n iterations [none]", (s, v) => s with { HalveEvery = SettingOption.OrNone(v, text => SettingOption.Int("lr-halve-every", text)) });
        Add(
            "activation",
            SettingOption.Choices<Activation>(),
            "of attention's scores; softmax is taken over context and query, as published, softmax-masked over the context, both then divided "
                + "by N; softmax-standard over the context and not divided, so that weights add up to one; scores are never divided by the root of d "
                + "[none]",
            (s, v) => s with { Activation = SettingOption.OneOf<Activation>("activation", v) });
        Add("model", "linear-transformer|nonlinear-regression", "the model; nonlinear-regression has a network before its attention, and labels that another network makes [linear-transformer]", (s, v) => s with { Model = SettingOption.OneOf("model", v, ("linear-transformer", ModelKind.LinearTransformer), ("nonlinear-regression", ModelKind.NonlinearRegression)) });
        Add("hidden", "n", "hidden units of nonlinear-regression's network [30]", (s, v) => s with { Hidden = SettingOption.Int("hidden", v) });
        Add("task-hidden", "n", "hidden units of the network that makes its labels [10]", (s, v) => s with { TaskHidden = SettingOption.Int("task-hidden", v) });
        Add("task-seed", "seed", "seed of that network [7]", (s, v) => s with { TaskSeed = SettingOption.Long("task-seed", v) });
        Add("stream", "torch|native", "where random numbers come from: PyTorch's CPU generator and NumPy's, or one of our own, which is faster [torch]", (s, v) => s with { Stream = SettingOption.OneOf("stream", v, ("torch", StreamKind.Torch), ("native", StreamKind.Native)) });
        Add("precision", "single|double", "number type of parameters and losses [single]", (s, v) => s with { Precision = SettingOption.OneOf("precision", v, ("single", Precision.Single), ("double", Precision.Double)) });
        Add("hist-stride", "n", "keep the parameters every n iterations [1]", (s, v) => s with { HistoryStride = SettingOption.Int("hist-stride", v) });
        Add("log-every", "n", "log every n iterations, besides 0 to 4 and the last [100]", (s, v) => s with { LogEvery = SettingOption.Int("log-every", v) });
        ZeroP = new("--zero-p") { Description = "set every P to zero after each step" };
        foreach ((Option<string> option, _) in _options)
        {
            command.Options.Add(option);
        }

        command.Options.Add(ZeroP);
    }

    private Option<bool> ZeroP { get; }

    /// <summary>A setting by its option's name.</summary>
    /// <exception cref="SettingException">There is none of that name, or the value is wrong.</exception>
    public TrainingSettings Apply(TrainingSettings settings, string name, string text)
    {
        (Option<string>? option, Func<TrainingSettings, string, TrainingSettings>? apply) = _options.Find(pair => pair.Option.Name == "--" + name);
        return option is null ? throw new SettingException("keys", name, $"the name of an option of lintf train, without its hyphens{Spelling.Suggestion(name, _options.Select(pair => pair.Option.Name[2..]))}") : apply(settings, text);
    }

    /// <summary>Settings, with those of a command line in their place. A data seed that is the seed, as in many published settings, goes along with it.</summary>
    /// <exception cref="SettingException">A value is wrong.</exception>
    public TrainingSettings Read(ParseResult parsed, TrainingSettings settings)
    {
        bool isOneSeed = settings.DataSeed == settings.Seed;
        if (parsed.GetResult(ZeroP) is { Implicit: false })
        {
            settings = settings with { ZeroP = parsed.GetValue(ZeroP) };
        }

        foreach ((Option<string> option, Func<TrainingSettings, string, TrainingSettings> apply) in _options)
        {
            if (parsed.GetValue(option) is { } text)
            {
                settings = apply(settings, text);
                isOneSeed &= option.Name != "--data-seed";
            }
        }

        return isOneSeed ? settings with { DataSeed = settings.Seed } : settings;
    }

    private static TrainingSettings Betas(TrainingSettings settings, string text)
    {
        string[] parts = text.Split(',');
        return parts.Length == 2
            ? settings with { Beta1 = SettingOption.Number("betas", parts[0]), Beta2 = SettingOption.Number("betas", parts[1]) }
            : throw new SettingException("betas", text, "two numbers with a comma between them, such as 0.9,0.9");
    }

    /// <summary>An optimizer by its published name.</summary>
    public static Algorithm Algorithm(string name)
        => SettingOption.OneOf("alg", name, ("sgd", Training.Algorithm.Sgd), ("adam", Training.Algorithm.Adam), ("lbfgs", Training.Algorithm.Lbfgs));

    private void Add(string name, string helpName, string description, Func<TrainingSettings, string, TrainingSettings> apply, params string[] aliases)
        => _options.Add((SettingOption.Create(name, helpName, description, aliases), apply));
}
