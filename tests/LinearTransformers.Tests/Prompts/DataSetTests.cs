using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Prompts;

/// <summary>A fixed set of prompts, from which batches are chosen.</summary>
public class DataSetTests
{
    public static TheoryData<StreamKind, string> Cases =>
    [
        .. from stream in Enum.GetValues<StreamKind>()
           from options in (string[])["", "noise 0.5", "covariance ar:0.5 tasks sparse:2",
               "labels network", "covariance random:exponential"]
           select (stream, options)
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_descent_on_the_set_is_training_on_one_batch_that_stays(StreamKind stream, string options)
    {
        TrainingSettings settings = Settings(stream, options);
        TrainingRun<float> onSet = new(settings with { DataSet = settings.BatchSize });
        TrainingRun<float> onBatch = new(settings with { ResampleEvery = 0 });
        onSet.Run();
        onBatch.Run();

        // Exact: the same prompts in the same order.
        Assert.Equal(onBatch.Parameters.ToArray(), onSet.Parameters.ToArray());

        // The set is drawn again from the settings; a stored label is rounded where one that is made as it is read is not.
        BatchLoss<float> loss = settings.NewLoss<float>();
        loss.Load((settings with { DataSet = settings.BatchSize }).DrawDataSet()!);
        Assert.Equal(onSet.LastLoss, loss.Evaluate(onSet.History.At(settings.MaxIterations - 1)), 1e-5 * onSet.LastLoss);
        Assert.Null(settings.DrawDataSet());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_batch_has_different_prompts_of_the_set_as_they_are_there(StreamKind stream, string options)
    {
        TrainingSettings settings = Settings(stream, options);
        IStream random = Stream(stream);
        PromptSettings prompts = settings.Prompts(settings.Covariance.Draw(random, settings.Dimension)) with { BatchSize = 40 };
        DataSet set = new(prompts with { BatchSize = 60 }, random);
        PromptBatch whole = new(set.Settings);
        whole.Choose(set, random);
        HashSet<string> all = [.. Prompts(whole)];
        Assert.Equal(60, all.Count);
        PromptBatch batch = new(prompts);
        for (int i = 0; i < 3; i++)
        {
            batch.Choose(set, random);
            HashSet<string> chosen = [.. Prompts(batch)];
            Assert.Equal(40, chosen.Count);
            Assert.Subset(all, chosen);
        }
    }

    [Fact]
    public void Every_prompt_is_chosen_as_often_as_the_others_at_every_place()
    {
        const int Batches = 6000;
        TorchStream stream = new(2);
        DataSet set = new(
            new() { BatchSize = 6, ContextLength = 1, Dimension = 1 }, stream);
        int[,] counts = new int[6, 3];
        int[] chosen = new int[3];
        for (int i = 0; i < Batches; i++)
        {
            set.Choose(stream, chosen);
            Assert.Equal(3, chosen.Distinct().Count());
            for (int place = 0; place < 3; place++)
            {
                counts[chosen[place], place]++;
            }
        }

        // Binomial numbers with p = 1/6, within five standard deviations.
        foreach (int count in counts)
        {
            Assert.InRange(count, (Batches / 6) - (5 * Math.Sqrt(Batches * 5 / 36.0)), (Batches / 6) + (5 * Math.Sqrt(Batches * 5 / 36.0)));
        }
    }

    [Theory]
    [InlineData(StreamKind.Torch, 300)]
    [InlineData(StreamKind.Torch, 500)]
    [InlineData(StreamKind.Native, 300)]
    [InlineData(StreamKind.Native, 500)]
    public void A_run_goes_on_where_it_was_stopped_and_threads_change_nothing(StreamKind stream, int size)
    {
        using TemporaryFolder folder = new();
        TrainingSettings settings = Settings(stream, "noise uniform:1") with { DataSet = size, MaxIterations = 8 };
        TrainingRun<float> whole = new(settings);
        whole.Run();
        using WorkerTeam team = new(3);
        using (RunDirectory directory = RunDirectory.Open(folder.File("run"), settings))
        {
            using CancellationTokenSource stop = new();
            RecordedRun.Continue<float>(directory, team, onIteration: (done, _) =>
            {
                if (done >= 3)
                {
                    stop.Cancel();
                }
            }, stop: stop.Token);
        }

        using (RunDirectory directory = RunDirectory.Open(folder.File("run"), settings))
        {
            Assert.Equal(RunStatus.Unfinished, directory.Status);
            TrainingRun<float> run = RecordedRun.Continue<float>(directory, team);
            Assert.Equal(whole.Parameters.ToArray(), run.Parameters.ToArray());
            Assert.Equal(whole.Log, run.Log);
        }
    }

    [Fact]
    public void Sets_that_do_not_fit_are_refused()
    {
        TrainingSettings settings = Settings(StreamKind.Torch, "");
        Assert.Contains(
            "data-set is 299: it must be at least B = 300",
            Assert.Throws<SettingException>((settings with { DataSet = 299 }).Validate).Message);
        Assert.Contains(
            "resample-every is 10: it must be left out with data-set",
            Assert.Throws<SettingException>((settings with { DataSet = 300, ResampleEvery = 10 }).Validate).Message);
        DataSet set = new(new() { BatchSize = 5, ContextLength = 1, Dimension = 1, Noise = new FixedNoise { Deviation = 1 } },
            new TorchStream(1));
        Assert.Throws<ArgumentException>(
            () => new PromptBatch(new() { BatchSize = 5, ContextLength = 1, Dimension = 1 }).Choose(set, new TorchStream(1)));
        Assert.Throws<ArgumentException>(() => new PromptBatch(set.Settings with { BatchSize = 6 }).Choose(set, new TorchStream(1)));
    }

    private static TrainingSettings Settings(StreamKind stream, string options) => SettingNames.Apply(
        new TrainingSettings
        {
            Stream = stream,
            BatchSize = 300,
            ContextLength = 5,
            Dimension = 4,
            Layers = 2,
            MaxIterations = 5,
            Seed = 4,
        },
        [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Select(pair => (pair[0], pair[1]))]);

    private static IStream Stream(StreamKind kind) => kind is StreamKind.Torch ? new TorchStream(8) : new NativeStream(8);

    private static IEnumerable<string> Prompts(PromptBatch batch)
    {
        (float[] z, float[] y) = batch.ToTokens();
        return z.Chunk(z.Length / y.Length).Zip(y, (prompt, label) => string.Join(' ', prompt) + " " + label);
    }
}
