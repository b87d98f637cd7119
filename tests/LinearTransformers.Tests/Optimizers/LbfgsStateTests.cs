using LinearTransformers.Optimizers;
using LinearTransformers.Storage;

namespace LinearTransformers.Tests.Optimizers;

public class LbfgsStateTests
{
    [Theory]
    [InlineData(0, 5, LineSearch.None)]
    [InlineData(1, 5, LineSearch.None)]
    [InlineData(3, 5, LineSearch.None)]
    [InlineData(3, 600, LineSearch.None)]
    [InlineData(2, 5, LineSearch.StrongWolfe)]
    public void A_restored_optimizer_goes_on_with_the_same_bits(int stepsBefore, int history, LineSearch lineSearch)
    {
        LbfgsSettings settings = new() { MaxIterations = 3, HistorySize = history, LineSearch = lineSearch };
        Lbfgs<double> optimizer = new(10, settings);
        double[] x = Problem.Start(10, seed: 8);
        Steps(optimizer, x, stepsBefore);

        Lbfgs<double> other = new(10, settings);
        double[] y = Problem.Start(10, seed: 9);
        Steps(other, y, 4);
        x.CopyTo(y, 0);
        other.Restore(Written(optimizer.Save()));
        Steps(optimizer, x, 4);
        Steps(other, y, 4);
        Assert.Equal(x, y);
        Assert.Equal(optimizer.Iterations, other.Iterations);
        Assert.Equal(optimizer.Evaluations, other.Evaluations);
        Assert.Equal(optimizer.Pairs, other.Pairs);
    }

    [Fact]
    public void Single_precision_is_restored_too()
    {
        Objective<float> objective = Problem.InSingle(Problem.Rosenbrock);
        Lbfgs<float> optimizer = new(4);
        float[] x = [-1.2f, 1, -1.2f, 1];
        optimizer.Step(x, objective, 0.1);
        Lbfgs<float> other = new(4);
        other.Restore(Written(optimizer.Save()));
        float[] y = [.. x];
        optimizer.Step(x, objective, 0.1);
        other.Step(y, objective, 0.1);
        Assert.Equal(x, y);
    }

    [Fact]
    public void What_was_saved_stays_as_it_was()
    {
        Lbfgs<double> optimizer = new(10, new LbfgsSettings { HistorySize = 3 });
        double[] x = Problem.Start(10, seed: 8);
        Steps(optimizer, x, 2);
        IReadOnlyList<Tensor> saved = optimizer.Save();
        byte[] bytes = Bytes(saved);
        Steps(optimizer, x, 2);
        Assert.Equal(bytes, Bytes(saved));
    }

    [Fact]
    public void States_of_other_optimizers_are_refused()
    {
        Lbfgs<double> optimizer = new(10, new LbfgsSettings { HistorySize = 8 });
        Steps(optimizer, Problem.Start(10, seed: 8), 2);
        TensorFile state = Written(optimizer.Save());
        Refused(() => new Lbfgs<double>(9).Restore(state), "optimizer.d");
        Refused(() => new Lbfgs<float>(10).Restore(state), "optimizer.d");
        Refused(() => new Lbfgs<double>(10, new LbfgsSettings { HistorySize = 7 }).Restore(state), "8 entries; it should have 7 at most");
        Refused(() => optimizer.Restore(Written(new AdamW<double>(10).Save())), "optimizer.d");
        Refused(() => optimizer.Restore(Written([.. optimizer.Save().Where(t => t.Name != "optimizer.old_dirs")])), "optimizer.old_dirs");
        Assert.Throws<ArgumentNullException>(() => optimizer.Restore(null!));

        static void Refused(Action restore, string message)
            => Assert.Contains(message, Assert.Throws<TensorFormatException>(restore).Message, StringComparison.Ordinal);
    }

    private static void Steps(Lbfgs<double> optimizer, double[] x, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            optimizer.Step(x, Problem.Rosenbrock, optimizer.Settings.LineSearch is LineSearch.None ? 0.1 : 1);
        }
    }

    private static TensorFile Written(IReadOnlyList<Tensor> tensors)
    {
        using MemoryStream stream = new(Bytes(tensors));
        return TensorFile.Read(stream, "state");
    }

    private static byte[] Bytes(IReadOnlyList<Tensor> tensors)
    {
        using MemoryStream stream = new();
        TensorFile.Write(stream, tensors);
        return stream.ToArray();
    }
}
