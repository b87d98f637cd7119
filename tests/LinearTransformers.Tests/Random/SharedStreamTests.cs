using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Random;

public class SharedStreamTests
{
    private static readonly TrainingSettings Small = new()
    {
        Covariance = new RotatedCovariance(),
        ContextLength = 2,
        Dimension = 5,
        BatchSize = 320,
        ResampleEvery = 1,
        DataSeed = 0,
        MaxIterations = 30,
    };

    [Fact]
    public void A_tape_gives_every_reader_what_it_would_draw_alone_and_keeps_no_more_than_lies_between_them()
    {
        PairTape tape = new();
        int[] counts = [100_000, 250_004, 40_000];
        (TorchGenerator Together, TorchGenerator Alone)[] readers = [.. counts.Select(_ => (new TorchGenerator(3), new TorchGenerator(3)))];
        for (int round = 0; round < 60; round++)
        {
            int least = Enumerable.Range(0, readers.Length).MinBy(i => readers[i].Together.Engine.Drawn);
            (TorchGenerator together, TorchGenerator alone) = readers[least];
            float[] expected = new float[counts[least]];
            alone.FillNormalOneByOne(expected);
            float[] actual = new float[counts[least]];
            long place = together.Engine.Drawn;
            Assert.True(tape.TryWind(together.Engine, actual.Length, place));
            tape.Read(place, actual);
            tape.MoveTo(place + (2 * actual.Length), together.Engine);

            // The same operations on the same draws: equal to the bit.
            Assert.Equal(expected, actual);
            Assert.Equal(alone.Engine.Drawn, together.Engine.Drawn);

            // What comes behind a view is drawn alone, from where the view ended: sixteen draws for sixteen numbers.
            float[] next = new float[64];
            together.FillNormal(next);
            alone.FillNormal(expected.AsSpan(0, 64));
            Assert.Equal(expected[..64], next);

            // Two draws a number, 65,536 a piece: the longest view, and the pieces at its two ends.
            Assert.InRange(tape.Length, 1, (2 * 250_004 / 65_536) + 3);
        }
    }

    [Fact]
    public void A_tape_has_nothing_for_odd_numbers_and_places_between_two_pairs()
    {
        PairTape tape = new();
        TorchGenerator generator = new(3);
        Assert.True(tape.TryWind(generator.Engine, 100, 0));
        Assert.False(tape.TryWind(generator.Engine, 101, 0));
        generator.Engine.Skip(2);
        Assert.False(tape.TryWind(generator.Engine, 100, 0));
        Assert.Equal(2, generator.Engine.Drawn);
    }

    /// <summary>Turns of an iteration, of some, and of a whole run.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(30_000)]
    [InlineData(1 << 23)]
    public void Runs_in_turns_have_the_histories_that_they_have_alone(long mostAhead)
    {
        // The batch of 321 is not a multiple of four draws: it stands beside the tape, and draws alone.
        TrainingSettings[] settings =
            [Small, Small with { ContextLength = 5 }, Small with { ContextLength = 3, MaxIterations = 12 }, Small with { BatchSize = 321 }];
        TrainingRun<float>[] together = new TrainingRun<float>[settings.Length];
        InTurn(settings.Length, mostAhead, (seat, i) =>
        {
            together[i] = new TrainingRun<float>(settings[i], seat: seat);
            together[i].Run();
        });
        for (int i = 0; i < settings.Length; i++)
        {
            TrainingRun<float> alone = new(settings[i]);
            alone.Run();
            Assert.Equal(alone.Log, together[i].Log);
            Assert.Equal(alone.Parameters.ToArray(), together[i].Parameters.ToArray());
        }
    }

    [Fact]
    public void Runs_stopped_at_different_iterations_go_on_in_turns()
    {
        using TemporaryFolder folder = new();
        TrainingSettings[] settings = [Small, Small with { ContextLength = 5 }];
        for (int i = 0; i < 2; i++)
        {
            using CancellationTokenSource stop = new();
            int last = 7 + (4 * i);
            using RunDirectory first = RunDirectory.Open(folder.File($"run{i}"), settings[i]);
            RecordedRun.Continue<float>(first, onIteration: (done, _) => { if (done == last) { stop.Cancel(); } }, stop: stop.Token);
        }

        TrainingRun<float>[] resumed = new TrainingRun<float>[2];
        InTurn(2, mostAhead: 0, (seat, i) =>
        {
            using RunDirectory second = RunDirectory.Open(folder.File($"run{i}"), settings[i]);
            resumed[i] = RecordedRun.Continue<float>(second, seat: seat);
        });
        for (int i = 0; i < 2; i++)
        {
            TrainingRun<float> alone = new(settings[i]);
            alone.Run();
            Assert.Equal(RunStatus.Finished, resumed[i].Status);
            Assert.Equal(alone.Log, resumed[i].Log);
        }
    }

    [Fact]
    public void A_state_without_the_number_of_draws_goes_on_alone()
    {
        TorchStream stream = new(1);
        stream.FillNormal(new float[100]);
        uint[] words = stream.Save().Words;
        int half = words.Length / 2;
        TorchStream restored = new(2);
        restored.Restore(new StreamState([.. words[..(half - 2)], .. words[half..^2]]));
        float[] expected = new float[1000];
        float[] actual = new float[1000];
        stream.FillNormalView(expected);
        restored.FillNormalView(actual);
        Assert.Equal(expected, actual);
    }

    private static void InTurn(int count, long mostAhead, Action<SharedStream.Seat, int> body)
    {
        SharedStream shared = new(count, mostAhead);
        Thread[] threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            using SharedStream.Seat seat = shared.Take(i);
            body(seat, i);
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }
}
