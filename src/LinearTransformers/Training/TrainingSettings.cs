using LinearTransformers.Models;
using LinearTransformers.Optimizers;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Settings;

namespace LinearTransformers.Training;

/// <summary>
/// All that determines a training run, named as in the published code; the defaults are those of its train notebook. Equal settings give
/// equal bits. Parts have settings of their own, which stand beside these in a configuration.
/// </summary>
public sealed partial record TrainingSettings
{
    private readonly LabelRule? _labels;
    private readonly string? _initialRun;

    /// <summary>What is trained.</summary>
    [Setting("model", Group = Groups.Model, Help = "what is trained")]
    public Model Model { get; init; } = new LinearTransformerModel();

    /// <summary>The published word for a pair of covariates and labels; null where theirs has none. Setting it sets both.</summary>
    [Setting(
        "mode",
        Group = Groups.Prompts,
        IsOtherName = true,
        Default = "normal",
        Help = "the published words for covariates and labels: normal, sphere and gamma covariates with linear labels; relu: normal "
            + "covariates with "
            + "network labels; mlp: network covariates")]
    public PromptMode? Mode
    {
        get => PromptModes.Of(Covariates, Labels);
        init
        {
            if (value is { } mode)
            {
                Covariates = PromptModes.Covariates(mode, Covariates);
                _labels = PromptModes.Labels(mode, _labels);
            }
        }
    }

    /// <summary>The law of covariates.</summary>
    [Setting("covariates", Group = Groups.Prompts, Help = "law of the covariates")]
    public CovariateLaw Covariates { get; init; } = new NormalCovariates();

    /// <summary>The law of task vectors.</summary>
    [Setting("tasks", Group = Groups.Prompts, Help = "law of the task vectors")]
    public TaskLaw Tasks { get; init; } = new NormalTasks();

    /// <summary>How labels come from both; the model's usual rule where it is not set.</summary>
    [Setting(
        "labels",
        Group = Groups.Prompts,
        Default = "linear; features with model nonlinear-regression",
        Help = "how labels come from covariates and tasks")]
    public LabelRule Labels
    {
        get => _labels ?? Model.UsualLabels;
        init => _labels = value;
    }

    /// <summary>The covariance of the covariates.</summary>
    [Setting("covariance", Group = Groups.Prompts, Help = "covariance of the covariates; rotated is drawn from the stream")]
    public CovarianceLaw Covariance { get; init; } = new IdentityCovariance();

    /// <summary>The covariance of task vectors.</summary>
    [Setting("task-covariance", Group = Groups.Prompts, Help = "covariance of the task vectors")]
    public TaskCovarianceLaw TaskCovariance { get; init; } = new InverseTaskCovariance();

    /// <summary>The noise of the context's labels.</summary>
    [Setting(
        "noise",
        Group = Groups.Prompts,
        Help = "standard deviation of the noise on the context's labels, the query's has none; "
            + "uniform and values draw one for each prompt")]
    public NoiseLaw Noise { get; init; } = new FixedNoise();

    /// <summary>
    /// If given, takes the place of that covariance; one that is to be drawn is drawn all the same, so that the stream goes on alike.
    /// </summary>
    [Setting("given-covariance", HasNoOption = true, IsOmittedIfNull = true)]
    public Covariance? GivenCovariance { get; init; }

    /// <summary>The optimizer.</summary>
    [Setting("alg", Group = Groups.Optimizer, Help = "optimizer")]
    public Optimizer Optimizer { get; init; } = new Adam();

    /// <summary>The learning rate η.</summary>
    [Setting("lr", Group = Groups.Optimizer, Above = 0, Help = "learning rate")]
    public double LearningRate { get; init; } = 0.02;

    /// <summary>How the learning rate changes along the run.</summary>
    [Setting("schedule", Group = Groups.Optimizer, Help = "how the learning rate changes along the run")]
    public Schedule Schedule { get; init; } = new ConstantRate();

    /// <summary>The published way to ask for <see cref="HalvedRate"/>: n, or null for another schedule.</summary>
    [Setting(
        "lr-halve-every",
        Group = Groups.Optimizer,
        Value = "n",
        AtLeast = 1,
        IsOtherName = true,
        Help = "halve the learning rate every n iterations, as schedule halve:n")]
    public int? HalveEvery
    {
        get => (Schedule as HalvedRate)?.Every;
        init => Schedule = value is { } every ? new HalvedRate { Every = every } : new ConstantRate();
    }

    /// <summary>
    /// Iterations along which the learning rate rises to its schedule, in equal steps: times (t + 1)/n before iteration n.
    /// </summary>
    [Setting(
        "warm-up",
        Group = Groups.Optimizer,
        Value = "n",
        AtLeast = 0,
        Help = "iterations along which the learning rate rises to its schedule, in equal steps")]
    public int WarmUp { get; init; }

    /// <summary>
    /// Weight decay λ, apart from the gradient as in AdamW: θ ← (1 − η λ) θ before each step, with the η of that iteration.
    /// </summary>
    [Setting(
        "weight-decay",
        Group = Groups.Optimizer,
        AtLeast = 0,
        Help = "weight decay x: parameters times 1 - x lr before each step, as in AdamW")]
    public double WeightDecay { get; init; }

    /// <summary>Whether gradients are clipped; those of an optimizer whose steps are its own never are.</summary>
    [Setting("toclip", Group = Groups.Optimizer, Help = "whether gradients are clipped")]
    public bool ToClip { get; init; } = true;

    /// <summary>The longest gradient that stays; null for the default, 0.1 with covariates on the sphere and 1 otherwise.</summary>
    [Setting(
        "clip",
        Group = Groups.Optimizer,
        Value = "threshold",
        Above = 0,
        Default = "1; 0.1 in mode sphere",
        Help = "longest gradient that is not clipped; none: as by default")]
    public double? ClipThreshold { get; init; }

    /// <summary>What a gradient's norm is taken over when it is clipped.</summary>
    [Setting("clip-scope", Group = Groups.Optimizer, Help = "whether the whole gradient is clipped or each matrix of each head by itself")]
    public ClipScope ClipScope { get; init; } = ClipScope.All;

    /// <summary>The seed of the run.</summary>
    [Setting(
        "sd",
        Group = Groups.Run,
        Aliases = ["seed"],
        Value = "seed",
        AtLeast = 0,
        AtMost = uint.MaxValue,
        Help = "seed of the run (also --seed)")]
    public long Seed { get; init; }

    /// <summary>If given, the stream is seeded anew with this after the parameters are initialised.</summary>
    [Setting(
        "data-seed",
        Group = Groups.Run,
        Value = "seed",
        AtLeast = 0,
        AtMost = uint.MaxValue,
        Help = "seeds the stream anew after the parameters are initialised")]
    public long? DataSeed { get; init; }

    /// <summary>Iterations.</summary>
    [Setting("max-iters", Group = Groups.Run, Value = "n", AtLeast = 1, Help = "iterations; with more of them a run that is there goes on")]
    public int MaxIterations { get; init; } = 10_000;

    /// <summary>Layers L.</summary>
    [Setting("n-layer", Group = Groups.Model, Value = "n", AtLeast = 1, Help = "layers")]
    public int Layers { get; init; } = 3;

    /// <summary>Heads a layer.</summary>
    [Setting("n-head", Group = Groups.Model, Value = "n", AtLeast = 1, Help = "heads a layer")]
    public int Heads { get; init; } = 1;

    /// <summary>Context length N.</summary>
    [Setting("N", Group = Groups.Prompts, Value = "n", AtLeast = 1, Help = "context length")]
    public int ContextLength { get; init; } = 20;

    /// <summary>Dimension d.</summary>
    [Setting("d", Group = Groups.Prompts, Value = "n", AtLeast = 1, Help = "dimension of the covariates")]
    public int Dimension { get; init; } = 5;

    /// <summary>Batch size B.</summary>
    [Setting("B", Group = Groups.Prompts, Value = "n", AtLeast = 1, Help = "prompts in a batch")]
    public int BatchSize { get; init; } = 1000;

    /// <summary>Standard deviation of the initial parameters.</summary>
    [Setting("var", Group = Groups.Model, Value = "std", Above = 0, Help = "standard deviation of the initial parameters")]
    public double InitialDeviation { get; init; } = 0.05;

    /// <summary>
    /// If given, the run begins with the parameters of another one, RUN or RUN@iteration: those of an iteration in the history that the
    /// folder RUN holds, of the last one where none is named. It has a model of the same parameters; all else may differ. Numbers of double
    /// precision are rounded for a run of single precision. What is drawn of the stream stays the same: parameters are drawn and left.
    /// </summary>
    [Setting(
        "init",
        Group = Groups.Run,
        Value = "RUN[@iteration]",
        IsOmittedIfNull = true,
        Help = "begin with the parameters of a run: its last, or those of an iteration in its history")]
    public string? InitialRun
    {
        get => _initialRun;
        init
        {
            InitialHash = value == _initialRun ? InitialHash : null;
            _initialRun = value;
        }
    }

    /// <summary>
    /// SHA-256 of these parameters in the run's precision, little-endian, array after array: it determines the run, as the other one may
    /// change or vanish. A run that is opened or begun fills it in.
    /// </summary>
    [Setting("init-sha256", HasNoOption = true, IsOmittedIfNull = true, Completes = "init")]
    public string? InitialHash { get; init; }

    /// <summary>
    /// If given, one batch is drawn before the first iteration and refreshed in place, with normal covariates, at each
    /// iteration that is a multiple of this, 0 included; if not, every iteration draws a fresh batch. 0 is for one batch
    /// for the whole run, as drawn before the first iteration and never refreshed.
    /// </summary>
    [Setting(
        "resample-every",
        Group = Groups.Prompts,
        Value = "n",
        AtLeast = 0,
        Help = "keep a batch and refresh it in place every n iterations; 0: never; none: a fresh batch each iteration")]
    public int? ResampleEvery { get; init; }

    /// <summary>
    /// If given, so many prompts are drawn before the first iteration, and each batch is chosen from them: B different ones, drawn anew
    /// each
    /// iteration; all of them where B is as many, which is gradient descent on the set.
    /// </summary>
    [Setting(
        "data-set",
        Group = Groups.Prompts,
        Value = "n",
        AtLeast = 1,
        AtMost = 1 << 24,
        Help = "a fixed set of n prompts, from which batches of B are chosen; n = B: gradient descent on the set")]
    public int? DataSet { get; init; }

    /// <summary>Whether every P̂ is set to zero after each step.</summary>
    [Setting("zero-p", Group = Groups.Optimizer, Help = "set every P to zero after each step")]
    public bool ZeroP { get; init; }

    /// <summary>Where random numbers come from.</summary>
    [Setting(
        "stream",
        Group = Groups.Prompts,
        Help = "where random numbers come from: PyTorch's CPU generator and NumPy's, or one of our own, which is faster")]
    public StreamKind Stream { get; init; } = StreamKind.Torch;

    /// <summary>The number type of parameters and losses.</summary>
    [Setting("precision", Group = Groups.Run, Help = "number type of parameters and losses")]
    public Precision Precision { get; init; } = Precision.Single;

    /// <summary>Parameters are kept in the history at each multiple of this iteration, and at the end.</summary>
    [Setting("hist-stride", Group = Groups.Run, Value = "n", AtLeast = 1, Help = "keep the parameters every n iterations")]
    public int HistoryStride { get; init; } = 1;

    /// <summary>Loss and gradient norm are logged at iterations 0–4, at each multiple of this, and at the last.</summary>
    [Setting("log-every", Group = Groups.Run, Value = "n", AtLeast = 1, Help = "log every n iterations, besides 0 to 4 and the last")]
    public int LogEvery { get; init; } = 100;

    /// <summary>The headings of the help that settings stand under.</summary>
    public static class Groups
    {
        /// <summary>Of the model.</summary>
        public const string Model = "Model";

        /// <summary>Of the prompts.</summary>
        public const string Prompts = "Prompts";

        /// <summary>Of the optimizer.</summary>
        public const string Optimizer = "Optimizer";

        /// <summary>Of the run: all others.</summary>
        public const string Run = "Run";
    }
}
