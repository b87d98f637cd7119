namespace LinearTransformers.Cli.Tests;

public sealed class SweepFigureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SweepFigureTests()
        => File.WriteAllText(
            _folder["table.csv"],
            """
            run,status,N,d,alg,sd,loss,standardError,leastLoss,floor,excess,seconds
            a,finished,5,2,adam,0,2,0.1,2,1,2,1
            b,finished,5,2,adam,1,4,0.1,4,1,4,1
            c,finished,10,2,adam,0,1,0.1,1,0.5,2,1
            d,diverged,10,2,adam,1,,,,0.5,,1
            e,finished,5,4,adam,0,8,0.1,8,4,2,1
            f,new,10,4,adam,0,,,,,,
            """);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_map_has_the_mean_over_seeds_of_each_pair_of_values()
    {
        Invocation map = Plot("map");
        Assert.Equal(
            ["N,d,mean,standardError,runs", "5,2,3,1,2", "10,2,2,,1", "5,4,2,,1", "10,4,,,0"], File.ReadAllLines(_folder["data.csv"]));
        Assert.Contains("Grey: no value, … not begun. Corner: others of the cell's runs diverged.", map.Out);
        Assert.Contains("left out: 1 run diverged", map.Error);
        Assert.Contains("left out: 1 run new", map.Error);
        Plot("map", "--y", "loss", "--x", "d", "--by", "N");
        Assert.Equal("2,5,3,1,2", File.ReadAllLines(_folder["data.csv"])[1]);
    }

    [Fact]
    public void A_curve_has_means_over_seeds_their_errors_and_floors()
    {
        Plot("curve");
        Assert.Equal(
            ["N,curve,mean,standardError,runs,floor", "5,d = 2,3,1,2,1", "10,d = 2,1,,1,0.5", "5,d = 4,8,,1,4", "10,d = 4,,,0,"],
            File.ReadAllLines(_folder["data.csv"]));
        Plot("curve", "--where", "d=2");
        Assert.Equal(["5,loss,3,1,2,1", "10,loss,1,,1,0.5"], File.ReadAllLines(_folder["data.csv"]).Skip(1));
    }

    [Theory]
    [InlineData("map --x M", "--x is M: it must be a column of")]
    [InlineData("map --where d=3", "--where is d=3: it must be a value of d in")]
    [InlineData("map --where d", "--where is d: it must be a column and its values")]
    [InlineData("map --where d=2", "has one setting with several values, N: a map needs two")]
    [InlineData("curve --x alg --where N=5", "a curve needs a setting whose values are numbers")]
    [InlineData("curve --every 3", "--every is 3: it must be left out: curve does not depend on it")]
    [InlineData("curve --y steps", "--y is steps: it must be a column of")]
    [InlineData("eval", "has no column method: it must be a table that lintf eval --csv wrote")]
    public void What_cannot_be_drawn_is_said_in_a_line(string words, string message)
    {
        string[] options = words.Split(' ');
        Invocation plot = Invocation.Of(
            ["plot", options[0], _folder["table.csv"], .. options[1..], "--out", _folder["figure.svg"]]);
        Assert.Equal(2, plot.ExitCode);
        Assert.Contains(message, plot.Error);
        Assert.Single(plot.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Settings_that_go_along_with_one_another_are_one_axis_and_pairs_that_are_no_points_are_white()
    {
        File.WriteAllText(
            _folder["table.csv"],
            "run,status,d,N,lr,loss\na,finished,2,10,0.1,1\nb,finished,2,10,0.2,2\nc,finished,4,20,0.1,3\nd,finished,4,20,0.2,\n");
        Assert.Contains("Grey: no value.", Plot("map").Out);
        Assert.Equal(["d,lr,mean,standardError,runs", "2,0.1,1,,1"], File.ReadAllLines(_folder["data.csv"])[..2]);
        Assert.Contains("White: not in the sweep.", Plot("map", "--by", "N", "--where", "lr=0.1").Out);
    }

    [Fact]
    public void What_varies_besides_is_asked_for()
    {
        File.AppendAllText(_folder["table.csv"], "\ng,finished,10,4,sgd,0,1,,1,1,1,1\n");
        Invocation plot = Invocation.Of("plot", "map", _folder["table.csv"], "--out", _folder["figure.svg"]);
        Assert.Equal(2, plot.ExitCode);
        Assert.Contains("alg varies too: choose values with --where alg=adam", plot.Error);
        Invocation without = Invocation.Of("plot", "map", _folder["table.csv"], "--where", "alg=adam", "--where", "N=10", "--where", "d=4");
        Assert.Contains("has no value of loss to draw: 1 run new", without.Error);
        Plot("map", "--where", "alg=adam");
        File.WriteAllText(_folder["empty.csv"], "run,status\n");
        Assert.Contains("holds no rows", Invocation.Of("plot", "map", _folder["empty.csv"]).Error);
        File.WriteAllText(_folder["odd.csv"], "run,status\na\n");
        Assert.Contains("row 1 has 1 cells and the first line 2 names", Invocation.Of("plot", "map", _folder["odd.csv"]).Error);
        Assert.Contains("there is no file", Invocation.Of("plot", "map", _folder["nowhere"]).Error);
        Directory.CreateDirectory(_folder["folder"]);
        Assert.Contains("holds no table.csv: it must be a sweep's folder", Invocation.Of("plot", "map", _folder["folder"]).Error);
        Assert.Contains("did you mean map?", Invocation.Of("plot", "maps", _folder["table.csv"]).Error);
    }

    [Fact]
    public void A_sweep_is_drawn_as_it_is_now_and_a_copy_without_runs_as_its_table_says()
    {
        string sweep = _folder["sweep"];
        string[] command = ["sweep", "--over", "d=2,3", "--over", "N=5,10", "--B", "16", "--n-layer", "1", "--max-iters", "10",
            "--prompts", "500", "--out", sweep, "--shard"];
        Assert.Equal(0, Invocation.Of([.. command, "1/2"]).ExitCode);
        string[] plot = ["plot", "map", sweep, "--out", _folder["figure.svg"]];
        Invocation half = Invocation.Of(plot);
        Assert.True(half.ExitCode == 0, half.Error);
        Assert.Contains("left out: 2 runs new", half.Error);
        Assert.Equal(0, Invocation.Of([.. command, "2/2"]).ExitCode);
        Assert.Equal("", Invocation.Of(plot).Error);
        Assert.Equal(0, Invocation.Of("sweep", "collect", sweep).ExitCode);
        Directory.Delete(Path.Combine(sweep, "runs"), recursive: true);
        Assert.Equal("", Invocation.Of(plot).Error);
    }

    private Invocation Plot(params string[] options)
    {
        Invocation plot = Invocation.Of(
            ["plot", options[0], _folder["table.csv"], .. options[1..], "--out", _folder["figure.svg"], "--data", _folder["data.csv"]]);
        Assert.True(plot.ExitCode == 0, plot.Error);
        return plot;
    }
}
