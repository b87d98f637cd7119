using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Tests.Statistics;
using LinearTransformers.Tests.Tables;

namespace LinearTransformers.Tests.Prompts;

/// <summary>A batch is advanced once, and then read: any prompts, in any order, by any thread, as often as wanted.</summary>
public class BatchReadingTests
{
    /// <summary>Laws and label rules, by a name for test reports.</summary>
    private static readonly Dictionary<string, Func<PromptSettings, PromptSettings>> Kinds = new(OfCatalogs())
    {
        ["normal"] = s => s,
        ["rotated"] = s => s with { Covariance = Covariance.Rotated(new TorchStream(6), s.Dimension) },
        ["mlp"] = s => s with { Covariates = new NetworkCovariates { Networks = NetworkSharing.Prompt } },
        ["mlp-features"] = s => s with { Covariates = new NetworkCovariates(), Labels = new FeatureLabels() },
        ["gamma-relu"] = s => s with { Covariates = new GammaCovariates(), Labels = new NetworkLabels() },
        ["own"] = s => s with { Covariates = new StretchedCubes(), Tasks = new StretchedTasks(), Labels = new SquaredLabels() },
        ["own-rotated"] = s => s with
        {
            Covariates = new StretchedCubes(),
            Tasks = new StretchedTasks(),
            Labels = new SquaredLabels(),
            Covariance = Covariance.Rotated(new TorchStream(6), s.Dimension),
        },
    };

    /// <summary>Sizes that are multiples of sixteen and not, below sixteen, and of several blocks.</summary>
    private static readonly (int BatchSize, int ContextLength, int Dimension)[] Sizes
        = [(4, 4, 4), (1, 2, 3), (7, 5, 3), (603, 7, 5), (320, 20, 5)];

    /// <summary>Ways to advance a batch.</summary>
    private enum Source
    {
        Drawn,
        Refreshed,
        Tape,
        Native,
        NativeRefreshed,
    }

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        foreach (string kind in Kinds.Keys)
        {
            foreach (Source source in Enum.GetValues<Source>())
            {
                cases.Add(kind, source.ToString());
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Any_ranges_in_any_order_by_any_thread_are_the_prompts_of_the_whole(string kind, string source)
    {
        foreach ((int batchSize, int contextLength, int dimension) in Sizes)
        {
            PromptBatch batch = new(Kinds[kind](new() { BatchSize = batchSize, ContextLength = contextLength, Dimension = dimension }));
            Advance(batch, Enum.Parse<Source>(source), () =>
            {
                float[] whole = Read(batch, 0, batchSize, new());
                int length = whole.Length / batchSize;
                System.Random random = new(3);
                (int Begin, int End)[] ranges = [.. Enumerable.Range(0, 60).Select(_ =>
                {
                    int begin = random.Next(batchSize);
                    return (begin, random.Next(begin, Math.Min(batchSize, begin + 40)) + 1);
                })];
                ReadingRoom room = new();
                foreach ((int begin, int end) in ranges)
                {
                    // The same operations on the same numbers: equal to the bit.
                    Assert.Equal(whole[(begin * length)..(end * length)], Read(batch, begin, end, room));
                }

                Parallel.ForEach(ranges, () => new ReadingRoom(), (range, _, own) =>
                {
                    Assert.Equal(whole[(range.Begin * length)..(range.End * length)], Read(batch, range.Begin, range.End, own));
                    return own;
                }, _ => { });
                Assert.Equal(whole, Read(batch, 0, batchSize, room));
            });
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Statistics_and_bundles_are_those_of_the_tokens_with_any_number_of_threads_and_every_time(string kind, string source)
    {
        using WorkerTeam team = new(3);
        foreach ((int batchSize, int contextLength, int dimension) in Sizes)
        {
            PromptBatch batch = new(Kinds[kind](new() { BatchSize = batchSize, ContextLength = contextLength, Dimension = dimension }));
            Advance(batch, Enum.Parse<Source>(source), () =>
            {
                (float[] z, float[] y) = batch.ToTokens();
                TokenBundles<float> expected = TokenBundles<float>.FromTokens(z, y, batchSize, contextLength, dimension);
                TokenBundles<float> tokens = new(batchSize, contextLength, dimension);
                TokenBundles<double> wide = new(batchSize, contextLength, dimension);
                double[][] statistics = Statistics<double>(batch, null);
                double[][] singles = Statistics<float>(batch, null);
                foreach (WorkerTeam? helpers in (WorkerTeam?[])[null, team])
                {
                    tokens.Fill(batch, helpers);
                    wide.Fill(batch, helpers);

                    // Exact: tokens take the same steps each way; sums are in a fixed order.
                    Assert.Equal(Numbers(expected), Numbers(tokens));
                    Assert.Equal(z, Prompts(wide).SelectMany(prompt => prompt[..^1]));
                    Assert.Equal(y, Prompts(wide).Select(prompt => prompt[^1]));
                    Assert.Equal(statistics, Statistics<double>(batch, helpers));
                    Assert.Equal(singles, Statistics<float>(batch, helpers));
                    Assert.Equal(singles.Select(prompt => prompt[..^1]), Statistics<float>(batch, helpers, hasSquares: false));
                }

                // A covariance is applied to each token, in single precision, or to their sums.
                double[][] ofTokens = GramNumbers.Of(GramStatistics<double>.FromTokens(
                    [.. z.Select(x => (double)x)], [.. y.Select(x => (double)x)], dimension, hasSquares: true));
                for (int b = 0; b < batchSize; b++)
                {
                    double scale = 1 + ofTokens[b].Max(Math.Abs);
                    Assert.All(statistics[b].Zip(ofTokens[b]), pair => Assert.Equal(pair.Second, pair.First, 1e-5 * scale));
                    Assert.All(singles[b].Zip(ofTokens[b]), pair => Assert.Equal(pair.Second, pair.First, 1e-5 * scale));
                }
            });
        }
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("rotated")]
    [InlineData("own")]
    public void A_batch_read_from_a_shared_tape_is_the_batch_that_is_refreshed(string kind)
    {
        SharedStream shared = new(1);
        using SharedStream.Seat seat = shared.Take(0);
        TorchStream alone = new(5);
        TorchStream together = new(5, seat);

        // Of one piece of the tape and of several, which prompts lie across.
        foreach ((int batchSize, int contextLength, int dimension) in ((int, int, int)[])[(4, 4, 4), (4000, 20, 5), (404, 7, 5)])
        {
            PromptSettings settings = Kinds[kind](new() { BatchSize = batchSize, ContextLength = contextLength, Dimension = dimension });
            PromptBatch refreshed = new(settings);
            PromptBatch lent = new(settings);
            PromptBatch kept = new(settings);
            for (int i = 0; i < 2; i++)
            {
                refreshed.Refresh(alone);
                StreamState before = together.Save();
                lent.Refresh(together, isReadBeforeNextDraw: true);
                Assert.Equal(refreshed.ToTokens().Z, lent.ToTokens().Z);
                Assert.Equal(alone.Save().Words, together.Save().Words);

                // From where it stood before, by a stream that shares nothing.
                TorchStream again = new(0);
                again.Restore(before);
                kept.Refresh(again);
                Assert.Equal(refreshed.ToTokens().Z, kept.ToTokens().Z);
                Assert.Equal(alone.Save().Words, again.Save().Words);
            }
        }
    }

    [Fact]
    public void Numbers_of_the_torch_stream_are_its_tensors_in_the_published_order()
    {
        foreach ((int batchSize, int contextLength, int dimension) in Sizes)
        {
            PromptSettings settings = new() { BatchSize = batchSize, ContextLength = contextLength, Dimension = dimension };
            PromptBatch batch = new(Kinds["rotated"](settings));
            TorchStream stream = new(5);
            TorchStream tensors = new(5);
            for (int i = 0; i < 2; i++)
            {
                batch.Draw(stream);
                float[] tasks = new float[batchSize * dimension];
                float[] context = new float[batchSize * contextLength * dimension];
                float[] queries = new float[batchSize * dimension];
                tensors.FillNormal(tasks);
                tensors.FillNormal(context);
                tensors.FillNormal(queries);
                tensors.FillNormal(tasks);
                float[] expected = [.. Enumerable.Range(0, batchSize).SelectMany(b => (float[])
                [
                    .. context[(b * contextLength * dimension)..((b + 1) * contextLength * dimension)],
                    .. queries[(b * dimension)..((b + 1) * dimension)],
                    .. tasks[(b * dimension)..((b + 1) * dimension)],
                ])];

                // The same operations on the same draws: equal to the bit.
                Assert.Equal(expected, Read(batch, 0, batchSize, new()));
                Assert.Equal(tensors.Save().Words, stream.Save().Words);
            }
        }
    }

    [Fact]
    public void What_a_prompt_of_the_native_stream_is_does_not_depend_on_the_batch_size()
    {
        foreach (string kind in (string[])["covariates gamma", "covariates student-t:3", "covariates uniform", "own"])
        {
            PromptSettings settings = Kinds[kind](new() { BatchSize = 100, ContextLength = 6, Dimension = 3 });
            PromptBatch large = new(settings);
            PromptBatch small = new(settings with { BatchSize = 37 });
            large.Draw(new NativeStream(2));
            small.Draw(new NativeStream(2));
            Assert.Equal(large.ToTokens().Z[..small.ToTokens().Z.Length], small.ToTokens().Z);
        }
    }

    [Fact]
    public void A_batch_without_prompts_says_so()
    {
        PromptBatch batch = new(new() { BatchSize = 10, ContextLength = 4, Dimension = 3 });
        Assert.Contains("nothing was drawn", Assert.Throws<InvalidOperationException>(() => batch.ToTokens()).Message);
        batch.Draw(new NativeStream(1), statisticsSuffice: true);
        Assert.Contains("drawn as statistics", Assert.Throws<InvalidOperationException>(() => batch.ToTokens()).Message);
        GramStatistics<float> statistics = new(10, 3);
        Assert.Contains("whole contexts", Assert.Throws<InvalidOperationException>(() => statistics.ComputeFirst(batch, 3)).Message);
        statistics.Compute(batch);
        batch.Refresh(new NativeStream(1));
        Assert.Equal(10, batch.ToTokens().Y.Length);
    }

    [Fact]
    public void Only_the_native_streams_statistics_of_normal_covariates_are_drawn_as_such()
    {
        foreach ((string kind, Func<PromptSettings, PromptSettings> make) in Kinds)
        {
            PromptBatch batch = new(make(new() { BatchSize = 10, ContextLength = 4, Dimension = 3 }));
            batch.Draw(new NativeStream(1), statisticsSuffice: true);
            bool isNormal = kind is "normal" or "rotated" || (kind.Split(' ')[0] is "tasks" or "noise" or "covariance");
            Assert.Equal(isNormal, batch.Statistics is not null);
            batch.Draw(new TorchStream(1), statisticsSuffice: true);
            Assert.Null(batch.Statistics);
        }
    }

    [Fact]
    public void Refreshed_statistics_of_the_native_stream_are_those_of_normal_covariates_whatever_the_law()
    {
        foreach ((string kind, Func<PromptSettings, PromptSettings> make) in Kinds)
        {
            PromptSettings settings = make(new() { BatchSize = 10, ContextLength = 4, Dimension = 3 });
            PromptBatch batch = new(settings);
            batch.Refresh(new NativeStream(1), isReadBeforeNextDraw: true, statisticsSuffice: true);
            bool isLinear = settings.Labels.IsLinear || settings.Labels.IsOfWholeBatch;
            Assert.Equal(isLinear, batch.Statistics is not null);
            if (isLinear)
            {
                PromptBatch normal = new(settings with { Covariates = new NormalCovariates(), Labels = new LinearLabels() });
                normal.Draw(new NativeStream(1), statisticsSuffice: true);

                // Exact: the same counters.
                Assert.Equal(Statistics<double>(normal, null), Statistics<double>(batch, null));
            }

            batch.Refresh(new TorchStream(1), isReadBeforeNextDraw: true, statisticsSuffice: true);
            Assert.Null(batch.Statistics);
        }
    }

    /// <summary>Every law and label rule of a catalog by itself.</summary>
    private static Dictionary<string, Func<PromptSettings, PromptSettings>> OfCatalogs()
    {
        Dictionary<string, Func<PromptSettings, PromptSettings>> kinds = [];
        foreach (CovariateLaw law in PartCases.PartsOf<CovariateLaw>().Where(law => !law.IsStandardNormal))
        {
            kinds.Add("covariates " + Parts.TextOf(law), s => s with { Covariates = law });
        }

        foreach (NoiseLaw law in PartCases.PartsOf<NoiseLaw>().Where(law => !law.IsZero))
        {
            kinds.Add("noise " + Parts.TextOf(law), s => s with { Noise = law });
        }

        foreach (CovarianceLaw law in PartCases.PartsOf<CovarianceLaw>().Where(law => law.IsOfPrompt))
        {
            kinds.Add("covariance " + Parts.TextOf(law), s => s with { OwnCovariance = law });
        }

        foreach (TaskLaw law in PartCases.PartsOf<TaskLaw>().Where(law => !law.IsStandardNormal))
        {
            kinds.Add("tasks " + Parts.TextOf(law), s => s with { Tasks = law });
        }

        foreach (LabelRule rule in PartCases.PartsOf<LabelRule>().Where(rule => !rule.IsLinear))
        {
            kinds.Add("labels " + Parts.TextOf(rule), s => s with { Labels = rule });
        }

        return kinds;
    }

    /// <summary>Advances a batch twice, and reads it after each time, before anything else is drawn.</summary>
    private static void Advance(PromptBatch batch, Source source, Action read)
    {
        SharedStream shared = new(1);
        using SharedStream.Seat seat = shared.Take(0);
        IStream stream = source is Source.Native or Source.NativeRefreshed
            ? new NativeStream(5)
            : new TorchStream(5, source is Source.Tape ? seat : null);
        for (int i = 0; i < 2; i++)
        {
            if (source is Source.Drawn or Source.Native)
            {
                batch.Draw(stream);
            }
            else
            {
                batch.Refresh(stream, isReadBeforeNextDraw: source is Source.Tape);
            }

            read();
        }
    }

    /// <summary>The numbers of a range of prompts: of each context, query, task vector, labels.</summary>
    private static unsafe float[] Read(PromptBatch batch, int begin, int end, ReadingRoom room)
    {
        PromptView prompts = batch.Read(begin, end, room);
        Assert.Equal(end - begin, prompts.Count);
        List<float> numbers = [];
        for (int p = 0; p < prompts.Count; p++)
        {
            for (int n = 0; n <= prompts.ContextLength; n++)
            {
                numbers.AddRange(prompts.Covariate(p, n));
            }

            numbers.AddRange(prompts.Task(p));
            if (prompts.Labels is not null)
            {
                numbers.AddRange(new ReadOnlySpan<float>(prompts.Labels + (p * prompts.LabelStride), prompts.LabelStride));
            }
        }

        GC.KeepAlive(room);
        GC.KeepAlive(batch);
        return [.. numbers];
    }

    private static double[][] Statistics<T>(PromptBatch batch, WorkerTeam? team, bool hasSquares = true)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        GramStatistics<T> statistics = new(batch.Settings.BatchSize, batch.Settings.Dimension, hasSquares);
        statistics.Compute(batch, team);
        return GramNumbers.Of(statistics);
    }

    private static unsafe float[] Numbers(TokenBundles<float> tokens)
    {
        float[] numbers = new Span<float>(tokens.Pointer, tokens.Bundles * SingleLanes.Count * tokens.Stride).ToArray();
        GC.KeepAlive(tokens);
        return numbers;
    }

    /// <summary>Prompt by prompt, of numbers that single precision has exactly.</summary>
    private static unsafe IEnumerable<float[]> Prompts(TokenBundles<double> tokens)
    {
        List<float[]> prompts = [];
        for (int b = 0; b < tokens.BatchSize; b++)
        {
            int lanes = DoubleLanes.Count;
            double* entries = tokens.Pointer + ((long)(b / lanes) * tokens.Stride * lanes) + (b % lanes);
            float[] prompt = new float[tokens.Stride];
            for (int i = 0; i < prompt.Length; i++)
            {
                prompt[i] = (float)entries[i * lanes];
            }

            prompts.Add(prompt);
        }

        GC.KeepAlive(tokens);
        return prompts;
    }
}
