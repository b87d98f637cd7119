using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Training;

/// <content>What follows from the settings: sizes, prompts, losses and rates, and whether they make sense.</content>
public sealed partial record TrainingSettings
{
    /// <summary>The sizes that every model has.</summary>
    public ModelSizes Sizes => new(Layers, Heads, Dimension);

    /// <summary>The sizes of the linear transformer with these layers, heads and dimension.</summary>
    public LinearTransformerShape Shape => new(Layers, Heads, Dimension);

    /// <summary>The model's parameters.</summary>
    public ParameterLayout Layout => Model.Layout(Sizes);

    /// <summary>How gradients are clipped; null if they are not.</summary>
    public GradientClipping? Clipping
        => ToClip && !Optimizer.StepsAreItsOwn ? new(ClipThreshold ?? Covariates.UsualClipThreshold, ClipScope) : null;

    /// <summary>The prompts of a run, given its covariance.</summary>
    public PromptSettings Prompts(Covariance? covariance) => new()
    {
        Covariates = Covariates,
        Tasks = Tasks,
        Labels = Labels,
        BatchSize = BatchSize,
        ContextLength = ContextLength,
        Dimension = Dimension,
        Covariance = covariance,
        OwnCovariance = covariance is null && Covariance.IsOfPrompt ? Covariance : null,
        TaskCovariance = TaskCovariance,
        Noise = Noise,
    };

    /// <summary>
    /// The covariance that a run of these settings has: the given one, or what its stream is drawn for; null for the identity.
    /// </summary>
    public Covariance? DrawCovariance() => DrawCovariance(out _);

    /// <summary>The fixed set of prompts that a run of these settings chooses its batches from, as one batch; null without one.</summary>
    public PromptBatch? DrawDataSet()
    {
        if (DataSet is not { } size)
        {
            return null;
        }

        Covariance? covariance = DrawCovariance(out IStream stream);
        PromptBatch batch = new(Prompts(covariance) with { BatchSize = size });
        batch.Draw(stream);
        return batch;
    }

    /// <summary>The covariance, and the stream as it stands behind it.</summary>
    private Covariance? DrawCovariance(out IStream stream)
    {
        stream = NewStream(null);
        Initialize(stream);
        if (DataSeed is { } dataSeed)
        {
            stream.Seed((ulong)dataSeed);
        }

        Covariance? drawn = Covariance.Draw(stream, Dimension);
        return GivenCovariance ?? drawn;
    }

    /// <summary>
    /// What decides on the loss of parameters on given random numbers: the settings of model and prompts, as far as they are not about how
    /// many prompts there are, where they come from and what training begins with. All other settings have their defaults.
    /// </summary>
    public TrainingSettings OfModelAndPrompts()
    {
        TrainingSettings kept = new();
        foreach (SettingDeclaration setting in SettingDeclaration.Of(typeof(TrainingSettings))
            .Where(setting => setting is { IsOtherName: false, Group: Groups.Model or Groups.Prompts }))
        {
            kept = (TrainingSettings)setting.With(kept, setting.Get(this));
        }

        TrainingSettings usual = new();
        return kept with
        {
            BatchSize = usual.BatchSize,
            ResampleEvery = null,
            DataSet = null,
            Stream = usual.Stream,
            InitialDeviation = usual.InitialDeviation,
        };
    }

    /// <summary>The stream of a run at its start.</summary>
    /// <param name="seat">The run's seat among those that draw from the same seed; null for drawing alone.</param>
    internal IStream NewStream(SharedStream.Seat? seat) => Stream switch
    {
        StreamKind.Torch => new TorchStream((ulong)Seed, seat),
        StreamKind.Native => new NativeStream((ulong)Seed),
        _ => throw new SettingException("stream", Stream, "torch or native"),
    };

    /// <summary>The parameters that a run begins with, the first that it takes from its stream.</summary>
    public float[] Initialize(IStream stream) => Model.Initialize(Sizes, stream, (float)InitialDeviation);

    /// <summary>The model's loss, on no batch yet.</summary>
    public BatchLoss<T> NewLoss<T>(WorkerTeam? team = null)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Model.NewLoss<T>(Sizes, team);

    /// <summary>The learning rate of an iteration.</summary>
    public double StepSize(int iteration)
    {
        double rate = Schedule.StepSize(LearningRate, iteration, MaxIterations);
        return iteration < WarmUp ? rate * (iteration + 1) / WarmUp : rate;
    }

    /// <summary>Whether all settings are the same, those of parts too.</summary>
    public bool Equals(TrainingSettings? other)
        => ReferenceEquals(this, other) || (other is not null && SettingsJson.WriteLine(this) == SettingsJson.WriteLine(other));

    /// <inheritdoc/>
    public override int GetHashCode() => SettingsJson.WriteLine(this).GetHashCode(StringComparison.Ordinal);

    /// <summary>Throws if a setting makes no sense.</summary>
    /// <exception cref="SettingException">Says which, its value and what would be right.</exception>
    public void Validate()
    {
        SettingTree.Check(this);
        SettingsTogether.Check(this);
    }
}
