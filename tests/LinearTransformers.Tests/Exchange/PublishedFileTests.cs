using LinearTransformers.Exchange;
using LinearTransformers.Models;
using LinearTransformers.Settings;
using LinearTransformers.Storage;
using LinearTransformers.Storage.Torch;
using LinearTransformers.Tests.Fuzz;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Exchange;

public class PublishedFileTests
{
    private const string Name = "hist.pth";

    [Fact]
    public void A_nonlinear_run_is_put_together_from_its_matrices_and_its_networks()
    {
        PublishedRun run = Assert.Single(Nonlinear(2).Runs);
        TrainingSettings settings = run.Complete(new TrainingSettings { BatchSize = 20 }, 5);
        Assert.Equal((new NonlinearRegressionModel { Hidden = 3 }, 1, 1, 2),
            (settings.Model, settings.Layers, settings.Heads, settings.Dimension));
        Assert.Equal((5, 10), (settings.HistoryStride, settings.MaxIterations));
        History<float> history = run.ToHistory<float>(settings);
        Assert.Equal([0L, 5], history.Iterations);
        Assert.Equal(Enumerable.Range(100, 18).Concat(Enumerable.Range(0, 17)).Select(i => (float)i), history[1].ToArray());
    }

    [Fact]
    public void Matrices_without_a_network_for_each_snapshot_are_those_of_a_linear_transformer()
    {
        PublishedFile file = Nonlinear(3);
        Assert.Equal(new LinearTransformerModel(), Assert.Single(file.Runs).Complete(new TrainingSettings(), 1).Model);
        Assert.Equal(["hist_list.0.0.weight", "hist_list.0.0.bias", "hist_list.0.2.weight", "hist_list.0.2.bias"], file.Values.Take(4)
            .Select(tensor => tensor.Name));
    }

    [Fact]
    public void A_state_dict_is_a_run_of_one_snapshot_and_doubles_are_of_double_precision()
    {
        PickleBuilder pickle = new PickleBuilder().Global("collections", "OrderedDict").Op(')').Op('R').Text("model.allparam")
            .Tensor("0", 8, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1], "DoubleStorage").Op('s');
        PublishedRun run = Assert.Single(Of(pickle, new byte[64]).Runs);
        Assert.Equal(1, run.Count);
        TrainingSettings settings = run.Complete(new TrainingSettings(), 1);
        Assert.Equal((Precision.Double, 2), (settings.Precision, settings.Dimension));
        Assert.Equal(1, run.ToHistory<double>(settings).Count);
    }

    [Fact]
    public void Snapshots_that_are_one_tensor_or_differ_in_shape_are_refused()
    {
        PickleBuilder same =
            List(new PickleBuilder().Op(']').Op('(').Tensor("0", 8, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1]).Op("q\u0009h\u0009"u8).Op('e'));
        Assert.Contains("all 2 snapshots of \"hist\" are the same numbers, those of one iterate", Rejection(same, new byte[32]));
        PickleBuilder some =
            List(new PickleBuilder().Op(']').Op('(').Tensor("0", 8, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1])
                .Tensor("1", 8, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1]).Tensor("0", 8, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1]).Op('e'));
        Assert.Contains("snapshot 2 of \"hist\" has the same numbers as one before", Rejection(some, new byte[32], new byte[32]));
        PickleBuilder other =
            List(new PickleBuilder().Op(']').Op('(').Tensor("0", 8, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1])
                .Tensor("1", 2, 0, [1, 1, 2, 1, 1], [2, 2, 1, 1, 1]).Op('e'));
        Assert.Contains("snapshot 1 of \"hist\" has other shapes", Rejection(other, new byte[32], new byte[8]));
    }

    [Fact]
    public void Snapshots_at_different_places_of_one_storage_are_different()
    {
        PickleBuilder pickle =
            List(new PickleBuilder().Op(']').Op('(').Tensor("0", 16, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1])
                .Tensor("0", 16, 8, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1]).Op('e'));
        Assert.Equal(2, Assert.Single(Of(pickle, Floats(0, 16)).Runs).Count);
    }

    [Fact]
    public void Vectors_beside_state_dicts_of_one_iterate_are_cut_in_the_order_of_the_model()
    {
        // The network is registered before what has the matrices.
        PublishedFile file = Of(OneIterate(networkFirst: true, ("param_list", 35, 2)), Floats(100, 35), Floats(0, 35), Floats(100, 35));
        PublishedRun run = Assert.Single(file.Runs);
        TrainingSettings settings = run.Complete(new TrainingSettings(), 5);
        Assert.Equal((new NonlinearRegressionModel { Hidden = 3 }, 2, 10), (settings.Model, settings.Dimension, settings.MaxIterations));
        History<float> history = run.ToHistory<float>(settings);
        Assert.Equal([1L, 6], history.Iterations);
        Assert.Equal(Enumerable.Range(17, 18).Concat(Enumerable.Range(0, 17)).Select(i => (float)i), history[0].ToArray());
        Assert.Equal(
            "\"hist_list\" has 3 times the same numbers, as a state_dict is no copy: the run is the 2 vectors of \"param_list\", taken "
                + "after each step, with the parameters in the order of the model; the last is the iterate that \"hist_list\" holds",
                    Assert.Single(file.Remarks));
        Assert.EndsWith("; the last is not, as with a stride above 1, the iterate that \"hist_list\" holds",
            Assert.Single(Of(OneIterate(networkFirst: true, ("param_list", 35, 2)), Floats(100, 35), Floats(0, 35),
                Floats(1, 35)).Remarks));
        Assert.Empty(file.Values);
        Assert.Equal(6, run.LastIteration(5));
        run.Check(settings with { MaxIterations = 6 });
        Assert.Contains("max-iters is 5: it must be at least 6",
            Assert.Throws<SettingException>(() => run.Check(settings with { MaxIterations = 5 })).Message);
    }

    [Fact]
    public void State_dicts_of_one_iterate_without_vectors_to_go_by_are_refused()
    {
        Assert.EndsWith("or as a vector beside them.", Rejection(OneIterate(false), Floats(0, 35)));
        Assert.Contains("(\"param_list\" has one of 34 numbers of type F32, and the model has 35 of type F32)",
            Rejection(OneIterate(false, ("param_list", 34, 2)), Floats(0, 35), Floats(0, 34), Floats(0, 34)));
        PickleBuilder several = new PickleBuilder().Op('}').Op('(')
            .Text("hist_dict").Op('}').Int(0).Op(']').Op('(').Tensor("0", 8, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1])
                .Tensor("0", 8, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1]).Op('e').Op('s')
            .Text("param_list").Op(']').Tensor("1", 8, 0, [8], [1]).Op('a').Op('u');
        Assert.EndsWith("or as a vector beside them.", Rejection(several, Floats(0, 8), Floats(0, 8)));
        Assert.Contains("\"a\" and \"b\" both hold vectors of the model's 35 numbers; one entry should",
            Rejection(OneIterate(false, ("a", 35, 1), ("b", 35, 1)), Floats(0, 35), Floats(0, 35), Floats(0, 35)));
        Assert.Contains("snapshot 1 of \"param_list\" has the same numbers as one before",
            Rejection(OneIterate(false, ("param_list", 35, -2)), Floats(0, 35), Floats(0, 35)));
    }

    [Fact]
    public void State_dicts_of_another_model_are_no_run()
    {
        PickleBuilder pickle = List(new PickleBuilder().Op(']').Global("collections", "OrderedDict").Op(')').Op('R').Op('(')
            .Text("allparam").Tensor("0", 8, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1])
            .Text("mlp.0.weight").Tensor("0", 8, 0, [4, 2], [2, 1])
            .Op('u').Op('a'));
        PublishedFile file = Of(pickle, Floats(0, 8));
        Assert.Empty(file.Runs);
        Assert.Equal(["hist.0.allparam", "hist.0.mlp.0.weight"], file.Values.Select(tensor => tensor.Name));
    }

    [Fact]
    public void U_and_D_that_are_no_covariance_are_refused()
    {
        Assert.Contains("U and D should both be there, U of shape [2, 2]",
            Rejection(WithU(new PickleBuilder()), new byte[32], new byte[16]));
        Assert.Contains("D should be diagonal",
            Rejection(WithU(new PickleBuilder(), "2"), new byte[32], new byte[16], [.. Enumerable.Repeat((byte)0x3F, 16)]));
        Assert.Contains("U and D are no covariance: entry 0 of D is 0",
            Rejection(WithU(new PickleBuilder(), "2"), new byte[32], new byte[16], new byte[16]));
    }

    [Fact]
    public void Numbers_beside_runs_are_kept_and_what_is_none_is_named()
    {
        PickleBuilder pickle = new PickleBuilder().Op('}').Op('(')
            .Text("losses").Op(']').Op('(').Double(1.5).Int(2).Op('e')
            .Text("seeds").Ints(4, 5)
            .Text("done").Op(0x88)
            .Text("note").Text("text")
            .Op('u');
        PublishedFile file = Of(pickle);
        Assert.Empty(file.Runs);
        Assert.Equal(["losses", "seeds", "done"], file.Values.Select(tensor => tensor.Name));
        Assert.Equal([1.5, 2], ((Tensor<double>)file.Values[0]).Values.ToArray());
        Assert.Equal([4L, 5], ((Tensor<long>)file.Values[1]).Values.ToArray());
        Assert.Equal(["note"], file.LeftOut);
    }

    private static PickleBuilder List(PickleBuilder list)
        => new PickleBuilder().Op('}').Text("hist").Op(list.ToArray().AsSpan()[2..^1]).Op('s');

    private static PickleBuilder WithU(PickleBuilder pickle, string? d = null)
    {
        pickle.Op('}').Op('(').Text("hist").Tensor("0", 8, 0, [1, 1, 2, 2, 2], [8, 8, 4, 2, 1]).Text("U").Tensor("1", 4, 0, [2, 2], [2, 1]);
        return (d is null ? pickle : pickle.Text("D").Tensor(d, 4, 0, [2, 2], [2, 1])).Op('u');
    }

    /// <summary>
    /// Three state_dicts of the numbers 0 in one storage, a network 2 → 3 → 2 and matrices [1, 1, 2, 3, 3], and entries of vectors; a
    /// negative count: all of one storage.
    /// </summary>
    private static PickleBuilder OneIterate(bool networkFirst, params (string Name, int Length, int Count)[] entries)
    {
        PickleBuilder pickle = new PickleBuilder().Op('}').Op('(').Text("hist_list").Op(']').Op('(');
        for (int i = 0; i < 3; i++)
        {
            pickle.Global("collections", "OrderedDict").Op(')').Op('R').Op('(');
            if (!networkFirst)
            {
                pickle.Text("allparam").Tensor("0", 35, 0, [1, 1, 2, 3, 3], [18, 18, 9, 3, 1]);
            }

            int at = networkFirst ? 0 : 18;
            pickle.Text("mlp.0.weight").Tensor("0", 35, at, [3, 2], [2, 1])
                .Text("mlp.0.bias").Tensor("0", 35, at + 6, [3], [1])
                .Text("mlp.2.weight").Tensor("0", 35, at + 9, [2, 3], [3, 1])
                .Text("mlp.2.bias").Tensor("0", 35, at + 15, [2], [1]);
            if (networkFirst)
            {
                pickle.Text("attention.allparam").Tensor("0", 35, 17, [1, 1, 2, 3, 3], [18, 18, 9, 3, 1]);
            }

            pickle.Op('u');
        }

        pickle.Op('e');
        int storage = 0;
        foreach ((string name, int length, int count) in entries)
        {
            pickle.Text(name).Op(']').Op('(');
            storage += count < 0 ? 1 : 0;
            for (int i = 0; i < Math.Abs(count); i++)
            {
                storage += count < 0 ? 0 : 1;
                pickle.Tensor($"{storage}", length, 0, [length], [1]);
            }

            pickle.Op('e');
        }

        return pickle.Op('u');
    }

    /// <summary>Two networks 2 → 3 → 2 of parameters 0, 1, …, and some matrices [1, 1, 2, 3, 3] of 100, 101, ….</summary>
    private static PublishedFile Nonlinear(int matrices)
    {
        PickleBuilder pickle = new PickleBuilder().Op('}').Op('(').Text("hist_list").Op(']').Op('(');
        for (int i = 0; i < 2; i++)
        {
            string storage = $"{i}";
            pickle.Global("collections", "OrderedDict").Op(')').Op('R').Op('(')
                .Text("0.weight").Tensor(storage, 17, 0, [3, 2], [2, 1])
                .Text("0.bias").Tensor(storage, 17, 6, [3], [1])
                .Text("2.weight").Tensor(storage, 17, 9, [2, 3], [3, 1])
                .Text("2.bias").Tensor(storage, 17, 15, [2], [1])
                .Op('u');
        }

        pickle.Op('e').Text("param_list").Op(']').Op('(');
        for (int i = 0; i < matrices; i++)
        {
            pickle.Tensor($"{i + 2}", 18, 0, [1, 1, 2, 3, 3], [18, 18, 9, 3, 1]);
        }

        return Of(pickle.Op('e').Op('u'), [Floats(0, 17), Floats(0, 17), .. Enumerable.Range(0, matrices).Select(_ => Floats(100, 18))]);
    }

    private static byte[] Floats(int first, int count)
        => [.. Enumerable.Range(first, count).SelectMany(i => BitConverter.GetBytes((float)i))];

    private static PublishedFile Of(PickleBuilder pickle, params byte[][] storages)
        => PublishedFile.Of(TorchFile.Read(TorchBytes.Archive(pickle, storages), Name));

    private static string Rejection(PickleBuilder pickle, params byte[][] storages)
        => Assert.Throws<TensorFormatException>(() => Of(pickle, storages)).Message;
}
