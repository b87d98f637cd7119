using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Training;

/// <summary>Which optimizer trains.</summary>
public enum Algorithm
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>AdamW without weight decay.</summary>
    Adam,

    /// <summary>L-BFGS: an iteration is one step of a few inner iterations on its batch.</summary>
    Lbfgs,
}

/// <summary>What is trained.</summary>
public enum ModelKind
{
    /// <summary>The linear transformer, on the prompts of its mode.</summary>
    LinearTransformer,

    /// <summary>The nonlinear-regression model of paper [2], on labels that a fixed random network makes.</summary>
    NonlinearRegression,
}

/// <summary>The number type that a model is trained in.</summary>
public enum Precision
{
    /// <summary>float, as the published code.</summary>
    Single,

    /// <summary>double; prompts are drawn in single precision all the same, so that a seed means the same.</summary>
    Double,
}

/// <summary>Where a run's random numbers come from.</summary>
public enum StreamKind
{
    /// <summary>The streams of the published code: PyTorch's CPU generator, NumPy's for gammas.</summary>
    Torch,

    /// <summary>A counter-based stream of our own: other numbers of the same distributions, drawn by all threads at once, Gram statistics directly.</summary>
    Native,
}

/// <summary>The covariance of the covariates.</summary>
public enum CovarianceKind
{
    /// <summary>Σ = I.</summary>
    Identity,

    /// <summary>Σ = U D² Uᵀ, U drawn from the run's stream, D = diag(1, 1, ½, ¼, 1) repeated as needed.</summary>
    Rotated,
}

/// <summary>
/// All that determines a training run, named as in the published code; the defaults are those of its train notebook.
/// Equal settings give equal bits.
/// </summary>
public sealed record TrainingSettings
{
    /// <summary>The model.</summary>
    [JsonPropertyName("model")]
    public ModelKind Model { get; init; } = ModelKind.LinearTransformer;

    /// <summary>What the linear transformer's layers make of their scores: nothing, if it is to be linear.</summary>
    [JsonPropertyName("activation")]
    public Activation Activation { get; init; }

    /// <summary>Hidden units of the nonlinear-regression model's network.</summary>
    [JsonPropertyName("hidden")]
    public int Hidden { get; init; } = 30;

    /// <summary>Hidden units of the fixed network that makes the labels of nonlinear regression.</summary>
    [JsonPropertyName("task-hidden")]
    public int TaskHidden { get; init; } = 10;

    /// <summary>The seed of that network.</summary>
    [JsonPropertyName("task-seed")]
    public long TaskSeed { get; init; } = 7;

    /// <summary>Where covariates and labels come from.</summary>
    [JsonPropertyName("mode")]
    public PromptMode Mode { get; init; } = PromptMode.Normal;

    /// <summary>The optimizer.</summary>
    [JsonPropertyName("alg")]
    public Algorithm Algorithm { get; init; } = Algorithm.Adam;

    /// <summary>The learning rate η.</summary>
    [JsonPropertyName("lr")]
    public double LearningRate { get; init; } = 0.02;

    /// <summary>Whether gradients are clipped; those of L-BFGS, which measures curvature with them, never are.</summary>
    [JsonPropertyName("toclip")]
    public bool ToClip { get; init; } = true;

    /// <summary>The longest gradient that stays; null for the default, 0.1 in mode sphere and 1 otherwise.</summary>
    [JsonPropertyName("clip")]
    public double? ClipThreshold { get; init; }

    /// <summary>What a gradient's norm is taken over when it is clipped.</summary>
    [JsonPropertyName("clip-scope")]
    public ClipScope ClipScope { get; init; } = ClipScope.All;

    /// <summary>The seed of the run.</summary>
    [JsonPropertyName("sd")]
    public long Seed { get; init; }

    /// <summary>If given, the stream is seeded anew with this after the parameters are initialised.</summary>
    [JsonPropertyName("data-seed")]
    public long? DataSeed { get; init; }

    /// <summary>Iterations.</summary>
    [JsonPropertyName("max-iters")]
    public int MaxIterations { get; init; } = 10_000;

    /// <summary>Layers L.</summary>
    [JsonPropertyName("n-layer")]
    public int Layers { get; init; } = 3;

    /// <summary>Heads a layer.</summary>
    [JsonPropertyName("n-head")]
    public int Heads { get; init; } = 1;

    /// <summary>Context length N.</summary>
    [JsonPropertyName("N")]
    public int ContextLength { get; init; } = 20;

    /// <summary>Dimension d.</summary>
    [JsonPropertyName("d")]
    public int Dimension { get; init; } = 5;

    /// <summary>Batch size B.</summary>
    [JsonPropertyName("B")]
    public int BatchSize { get; init; } = 1000;

    /// <summary>Standard deviation of the initial parameters.</summary>
    [JsonPropertyName("var")]
    public double InitialDeviation { get; init; } = 0.05;

    /// <summary>The shape k of mode gamma.</summary>
    [JsonPropertyName("shape-k")]
    public double ShapeK { get; init; } = 0.1;

    /// <summary>How many networks make a batch in the modes relu and mlp.</summary>
    [JsonPropertyName("networks")]
    public NetworkSharing Networks { get; init; } = NetworkSharing.Batch;

    /// <summary>Adam's β₁.</summary>
    [JsonPropertyName("beta1")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's β₂.</summary>
    [JsonPropertyName("beta2")]
    public double Beta2 { get; init; } = 0.9;

    /// <summary>SGD's momentum μ.</summary>
    [JsonPropertyName("momentum")]
    public double Momentum { get; init; } = 0.9;

    /// <summary>L-BFGS's inner iterations in an iteration, PyTorch's <c>max_iter</c>: see <see cref="LbfgsSettings"/> on 2 and 3.</summary>
    [JsonPropertyName("lbfgs-inner")]
    public int LbfgsInnerIterations { get; init; } = 4;

    /// <summary>Curvature pairs that L-BFGS remembers.</summary>
    [JsonPropertyName("lbfgs-history")]
    public int LbfgsHistory { get; init; } = 600;

    /// <summary>How far L-BFGS goes along its directions.</summary>
    [JsonPropertyName("line-search")]
    public LineSearch LineSearch { get; init; } = LineSearch.None;

    /// <summary>The covariance of the covariates.</summary>
    [JsonPropertyName("covariance")]
    public CovarianceKind Covariance { get; init; } = CovarianceKind.Identity;

    /// <summary>
    /// If given, takes the place of that covariance; one that is to be drawn is drawn all the same, so that the stream goes on alike.
    /// </summary>
    [JsonPropertyName("given-covariance")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Covariance? GivenCovariance { get; init; }

    /// <summary>
    /// If given, one batch is drawn before the first iteration and refreshed in place, with normal covariates, at each
    /// iteration that is a multiple of this, 0 included; if not, every iteration draws a fresh batch. 0 is for one batch
    /// for the whole run, as drawn before the first iteration and never refreshed.
    /// </summary>
    [JsonPropertyName("resample-every")]
    public int? ResampleEvery { get; init; }

    /// <summary>If given, the learning rate is halved at each multiple of this iteration.</summary>
    [JsonPropertyName("lr-halve-every")]
    public int? HalveEvery { get; init; }

    /// <summary>Whether every P̂ is set to zero after each step.</summary>
    [JsonPropertyName("zero-p")]
    public bool ZeroP { get; init; }

    /// <summary>Where random numbers come from.</summary>
    [JsonPropertyName("stream")]
    public StreamKind Stream { get; init; } = StreamKind.Torch;

    /// <summary>The number type of parameters and losses.</summary>
    [JsonPropertyName("precision")]
    public Precision Precision { get; init; } = Precision.Single;

    /// <summary>Parameters are kept in the history at each multiple of this iteration, and at the end.</summary>
    [JsonPropertyName("hist-stride")]
    public int HistoryStride { get; init; } = 1;

    /// <summary>Loss and gradient norm are logged at iterations 0–4, at each multiple of this, and at the last.</summary>
    [JsonPropertyName("log-every")]
    public int LogEvery { get; init; } = 100;

    /// <summary>The model's sizes.</summary>
    [JsonIgnore]
    public LinearTransformerShape Shape => new(Layers, Heads, Dimension);

    /// <summary>The nonlinear-regression model's sizes.</summary>
    [JsonIgnore]
    public NonlinearRegressionShape NonlinearShape => new(Layers, Heads, Dimension, Hidden);

    /// <summary>The model's parameters.</summary>
    [JsonIgnore]
    public ParameterLayout Layout => Model is ModelKind.LinearTransformer ? Shape.Layout : NonlinearShape.Layout;

    /// <summary>Entries of a matrix, where gradients are clipped matrix by matrix.</summary>
    [JsonIgnore]
    internal int MatrixSize => Model is ModelKind.LinearTransformer ? Shape.MatrixSize : NonlinearShape.MatrixSize;

    /// <summary>How gradients are clipped; null if they are not.</summary>
    [JsonIgnore]
    public GradientClipping? Clipping => ToClip && Algorithm is not Algorithm.Lbfgs ? new(EffectiveClipThreshold, ClipScope) : null;

    /// <summary>What determines L-BFGS, PyTorch's defaults where there is no setting here.</summary>
    [JsonIgnore]
    public LbfgsSettings Lbfgs => new()
    {
        MaxIterations = LbfgsInnerIterations,
        HistorySize = LbfgsHistory,
        LineSearch = LineSearch,
    };

    private double EffectiveClipThreshold => ClipThreshold ?? (Mode is PromptMode.Sphere ? 0.1 : 1);

    /// <summary>The prompts of a run, given its covariance.</summary>
    public PromptSettings Prompts(Covariance? covariance) => new()
    {
        BatchSize = BatchSize,
        ContextLength = ContextLength,
        Dimension = Dimension,
        Covariance = covariance,
        Covariates = Mode switch
        {
            PromptMode.Sphere => new SphereCovariates(),
            PromptMode.Gamma => new GammaCovariates { ShapeK = ShapeK },
            PromptMode.Mlp => new NetworkCovariates { Networks = Networks },
            _ => new NormalCovariates(),
        },
        Labels = Model is ModelKind.NonlinearRegression ? new FeatureLabels { Hidden = TaskHidden, Seed = TaskSeed }
            : Mode is PromptMode.Relu ? new NetworkLabels { Networks = Networks }
            : new LinearLabels(),
    };

    /// <summary>The parameters that a run begins with, the first that it takes from its stream.</summary>
    public float[] Initialize(IStream stream) => Model is ModelKind.LinearTransformer
        ? LinearTransformer.Initialize(Shape, stream, (float)InitialDeviation)
        : NonlinearRegression.Initialize(NonlinearShape, stream, (float)InitialDeviation);

    /// <summary>The model's loss, on no batch yet.</summary>
    public BatchLoss<T> NewLoss<T>(WorkerTeam? team = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Model is ModelKind.LinearTransformer ? BatchLoss<T>.Of(Shape, Activation, team) : BatchLoss<T>.Of(NonlinearShape, team);

    /// <summary>The learning rate of an iteration.</summary>
    public double StepSize(int iteration)
        => HalveEvery is { } every ? Math.ScaleB(LearningRate, -(iteration / every)) : LearningRate;

    /// <summary>The iterations at which a run that has come so far has taken snapshots.</summary>
    internal IEnumerable<long> SnapshotIterations(long iteration, RunStatus status)
        => Multiples(HistoryStride, iteration).Concat(status is RunStatus.Unfinished ? [] : [iteration]);

    /// <summary>Whether an iteration is logged: the first five, each multiple of <see cref="LogEvery"/>, and the last, whose loss is the run's final one.</summary>
    internal bool IsLogged(long iteration) => IsOnSchedule(iteration) || iteration == MaxIterations - 1;

    /// <summary>Whether an iteration is logged for being the last only: runs of version 1 have no such line.</summary>
    internal bool IsLoggedAsTheLast(long iteration) => iteration == MaxIterations - 1 && !IsOnSchedule(iteration);

    private bool IsOnSchedule(long iteration) => iteration < 5 || iteration % LogEvery == 0;

    /// <summary>The iterations that a run that has come so far has logged, but for one that <see cref="IsLoggedAsTheLast"/>.</summary>
    internal IEnumerable<long> LoggedIterations(long iteration, RunStatus status)
        => Enumerable.Range(0, (int)Math.Min(5, iteration)).Select(t => (long)t)
            .Concat(Multiples(LogEvery, iteration).Where(t => t >= 5))
            .Concat(status is RunStatus.Diverged ? [iteration] : []);

    /// <summary>Throws if a setting makes no sense.</summary>
    /// <exception cref="SettingException">Says which, its value and what would be right.</exception>
    public void Validate()
    {
        Defined(Model, "model");
        Defined(Activation, "activation");
        Defined(Mode, "mode");
        Defined(Networks, "networks");
        Defined(Algorithm, "alg");
        Defined(ClipScope, "clip-scope");
        Defined(LineSearch, "line-search");
        Defined(Covariance, "covariance");
        Defined(Stream, "stream");
        Defined(Precision, "precision");
        Positive(LearningRate, "lr");
        Positive(EffectiveClipThreshold, "clip");
        Between(Seed, 0, uint.MaxValue, "sd");
        Between(DataSeed ?? 0, 0, uint.MaxValue, "data-seed");
        AtLeastOne(Hidden, "hidden");
        AtLeastOne(TaskHidden, "task-hidden");
        Between(TaskSeed, 0, uint.MaxValue, "task-seed");
        AtLeastOne(MaxIterations, "max-iters");
        AtLeastOne(Layers, "n-layer");
        AtLeastOne(Heads, "n-head");
        AtLeastOne(ContextLength, "N");
        AtLeastOne(Dimension, "d");
        AtLeastOne(BatchSize, "B");
        Positive(InitialDeviation, "var");
        Positive(ShapeK, "shape-k");
        DecayRate(Beta1, "betas");
        DecayRate(Beta2, "betas");
        DecayRate(Momentum, "momentum");
        AtLeastOne(LbfgsInnerIterations, "lbfgs-inner");
        AtLeastOne(LbfgsHistory, "lbfgs-history");
        AtLeastOne(HalveEvery ?? 1, "lr-halve-every");
        AtLeastOne(HistoryStride, "hist-stride");
        AtLeastOne(LogEvery, "log-every");
        Together();
    }

    private static void Defined<TEnum>(TEnum value, string name)
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new SettingException(name, value, "one of " + string.Join(", ", Enum.GetNames<TEnum>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)));
        }
    }

    private static void Positive(double value, string name)
    {
        if (!(value > 0) || !double.IsFinite(value))
        {
            throw new SettingException(name, value, "positive and finite");
        }
    }

    private static void Between(long value, long low, long high, string name)
    {
        if (value < low || value > high)
        {
            throw new SettingException(name, value, $"from {low} to {high}");
        }
    }

    private static void AtLeastOne(int value, string name)
    {
        if (value < 1)
        {
            throw new SettingException(name, value, "at least 1");
        }
    }

    /// <summary>0, step, 2 step, … below an end.</summary>
    private static IEnumerable<long> Multiples(int step, long end)
    {
        for (long t = 0; t < end; t += step)
        {
            yield return t;
        }
    }

    private static void DecayRate(double value, string name)
    {
        if (!(value >= 0 && value < 1))
        {
            throw new SettingException(name, value, "at least 0 and below 1");
        }
    }

    private void Together()
    {
        if (Mode is PromptMode.Relu or PromptMode.Mlp && Covariance is CovarianceKind.Rotated)
        {
            throw new SettingException("covariance", "rotated", $"identity in mode {Mode.ToString().ToLowerInvariant()}, whose covariates are not drawn with a covariance");
        }

        if (GivenCovariance is { } given)
        {
            OfGivenCovariance(given);
        }

        if (Networks is NetworkSharing.Prompt && Mode is not (PromptMode.Relu or PromptMode.Mlp))
        {
            throw new SettingException("networks", "prompt", $"batch in mode {Mode.ToString().ToLowerInvariant()}, whose prompts no network makes");
        }

        if (ResampleEvery < 0)
        {
            throw new SettingException("resample-every", ResampleEvery, "at least 0");
        }

        if (ResampleEvery > 0 && Mode is not PromptMode.Normal)
        {
            throw new SettingException("resample-every", ResampleEvery, $"left out in mode {Mode.ToString().ToLowerInvariant()}, or 0: refreshing in place draws normal prompts whatever the mode");
        }

        if ((double)BatchSize * (ContextLength + 1.0) * Dimension > Array.MaxLength)
        {
            throw new SettingException("B", BatchSize, $"at most {Array.MaxLength / (ContextLength + 1L) / Dimension} with N = {ContextLength} and d = {Dimension}");
        }

        if (Model is ModelKind.NonlinearRegression)
        {
            OfNonlinearRegression();
        }

        double parameters = Parameters;
        if (((MaxIterations / (double)HistoryStride) + 2) * parameters > Array.MaxLength)
        {
            throw new SettingException("hist-stride", HistoryStride, $"larger: {MaxIterations} iterations would leave more than {Array.MaxLength} numbers in the history");
        }

        if (((BatchSize / 256.0) + 1) * (parameters + 1) > Array.MaxLength)
        {
            throw new SettingException("B", BatchSize, "smaller: so many prompts of so many parameters do not fit one sum");
        }

        if (!(StepSize(MaxIterations - 1) > 0))
        {
            throw new SettingException("lr-halve-every", HalveEvery, "larger: the learning rate would vanish before the last iteration");
        }

        if (parameters > 1 << 24)
        {
            throw new SettingException("d", Dimension, "smaller: more than 16 million parameters are not supported");
        }

        if (Algorithm is Algorithm.Lbfgs)
        {
            OfLbfgs();
        }
    }

    private void OfGivenCovariance(Covariance given)
    {
        if (given.Dimension != Dimension)
        {
            throw new SettingException("given-covariance", $"one of dimension {given.Dimension}", $"of d = {Dimension}, or left out");
        }

        if (Mode is PromptMode.Relu or PromptMode.Mlp || Model is ModelKind.NonlinearRegression)
        {
            string where = Model is ModelKind.NonlinearRegression ? "with model nonlinear-regression" : $"in mode {Mode.ToString().ToLowerInvariant()}";
            throw new SettingException("given-covariance", "there", $"left out {where}, whose covariates are not drawn with a covariance");
        }
    }

    /// <summary>How many there are, before anything is allocated.</summary>
    private double Parameters => Model is ModelKind.LinearTransformer
        ? (double)Layers * Heads * 2 * Dimension * Dimension
        : ((double)Layers * Heads * 2 * (Dimension + 1.0) * (Dimension + 1.0)) + (2.0 * Hidden * Dimension) + Hidden + Dimension;

    private void OfNonlinearRegression()
    {
        if (Mode is not PromptMode.Normal || Covariance is not CovarianceKind.Identity)
        {
            throw new SettingException("model", "nonlinear-regression", "linear-transformer with mode other than normal or a rotated covariance");
        }

        if (Activation is not Activation.None)
        {
            throw new SettingException("activation", JsonNamingPolicy.KebabCaseLower.ConvertName(Activation.ToString()), "none with model nonlinear-regression, whose attention is linear");
        }

        if (ResampleEvery is not null || ZeroP || Algorithm is Algorithm.Lbfgs || ClipScope is ClipScope.Matrix)
        {
            throw new SettingException("model", "nonlinear-regression", "linear-transformer with resample-every, zero-p, alg lbfgs or clip-scope matrix");
        }
    }

    private void OfLbfgs()
    {
        if (ZeroP)
        {
            throw new SettingException("zero-p", "true", "false with alg lbfgs, which would take the change of the gradient for one along its own move");
        }

        if ((long)LbfgsHistory * Shape.ParameterCount > Array.MaxLength)
        {
            throw new SettingException("lbfgs-history", LbfgsHistory, $"at most {Array.MaxLength / Shape.ParameterCount} with {Shape.ParameterCount} parameters");
        }
    }
}
