using System.Globalization;
using System.Text.RegularExpressions;
using LinearTransformers.Experiments.Report;
using LinearTransformers.Experiments.Watching;

namespace LinearTransformers.Experiments.Tests.Watching;

public partial class WatchPageTests
{
    private static readonly RunView Running = new("runs/<b>&\"", WatchStatus.Running)
    {
        Iterations = 250,
        MaxIterations = 1000,
        Loss = 0.5,
        GradientNorm = 1.25,
        Floor = 1e-3,
        FloorName = "GD++",
        LearningRate = 0.02,
        IterationsPerSecond = 100,
        LossCurve = CurveOf(100, 10, 1),
        GradientCurve = CurveOf(1, 1, 1),
    };

    private static readonly RunView Damaged = new("runs/bad", WatchStatus.Damaged) { Problem = "line 2: <no JSON>" };

    [Fact]
    public void A_page_reloads_itself_until_the_watch_has_ended_and_loads_nothing_else()
    {
        string page = WatchPage.Compose([Running], null, DateTimeOffset.UnixEpoch);
        Assert.Contains("<meta http-equiv=\"refresh\" content=\"2\">", page);
        Assert.DoesNotMatch(Loaded(), page);
        string last = WatchPage.Compose([Running], "All runs have ended.", DateTimeOffset.UnixEpoch);
        Assert.DoesNotContain("http-equiv", last);
        Assert.Contains("All runs have ended.", last);
    }

    [Fact]
    public void Names_and_problems_are_text()
    {
        string page = WatchPage.Compose([Running, Damaged], null, DateTimeOffset.UnixEpoch);
        Assert.Contains("runs/&lt;b&gt;&amp;&quot;", page);
        Assert.Contains("line 2: &lt;no JSON&gt;", page);
        Assert.DoesNotContain("<b>", page);
        Assert.Contains("<title>1 running, 1 damaged · lintf watch</title>", page);
    }

    [Fact]
    public void A_row_has_the_numbers_of_its_run()
    {
        string page = WatchPage.Compose([Running], null, DateTimeOffset.UnixEpoch);
        Assert.Contains("<progress max=\"1000\" value=\"250\"></progress>250 / 1000", page);
        Assert.Equal(["0.5", "1.25", "0.001", "0.02", "100", "8 s"], Number().Matches(page).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void A_curve_goes_down_by_the_same_for_each_tenth_and_its_floor_is_as_far_below()
    {
        string svg = WatchChart.Svg("loss", [new WatchCurve(CurveOf(100, 10, 1), "red", "")], [("GD++", 0.1), ("too far", 1e-9)])!;
        double[] y = [.. Point().Matches(CurvePath().Match(svg).Groups[1].Value)
            .Select(match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))];
        double floor = double.Parse(FloorPath().Match(svg).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(3, y.Length);
        Assert.Equal(y[1] - y[0], y[2] - y[1], 0.2);
        Assert.Equal(y[1] - y[0], floor - y[2], 0.2);
        Assert.DoesNotContain("too far", svg);
    }

    [Fact]
    public void What_is_not_positive_has_no_place_on_the_chart_and_nothing_gives_none()
    {
        Assert.Null(WatchChart.Svg("loss", [], []));
        Assert.Null(WatchChart.Svg("loss", [new WatchCurve(CurveOf(0, -1), "red", "")], []));
        Assert.NotNull(WatchChart.Svg("loss", [new WatchCurve(CurveOf(1), "red", "")], []));
    }

    [Fact]
    public void A_run_that_diverges_leaves_the_others_in_sight()
    {
        string svg = WatchChart.Svg(
            "loss", [new WatchCurve(CurveOf(1, 1e30), "red", ""), new WatchCurve(CurveOf(1, 0.1), "blue", "")], [])!;
        double[] y = [.. Point().Matches(CurvePath().Matches(svg)[1].Groups[1].Value)
            .Select(match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))];
        Assert.InRange(y[1] - y[0], 20, 300);
    }

    [Fact]
    public void More_runs_than_can_be_told_apart_are_in_the_table_and_running_ones_in_the_chart()
    {
        RunView[] runs = [.. Enumerable.Range(0, 100).Select(i => Running with
        {
            Path = $"run{i}",
            Status = i == 99 ? WatchStatus.Running : WatchStatus.Finished,
        })];
        string page = WatchPage.Compose(runs, null, DateTimeOffset.UnixEpoch);
        Assert.All(runs, run => Assert.Contains($"{run.Path}</td>", page));
        Assert.Matches("</svg>run99</td>", page);
        Assert.Contains("The charts show 28 of 100 runs, running ones first.", page);
    }

    [Fact]
    public void Points_that_are_added_for_long_are_thinned_and_keep_their_ends_and_spikes()
    {
        RunPoints points = new();
        RunPoints later = new();
        for (int t = 0; t < 100_000; t++)
        {
            points.Add(t, t == 54_321 ? 1e6 : 1 + (t % 7));
        }

        points.Add(99_999, 5);
        later.Add(99_000, 2e6);
        later.Add(100_001, 3);
        Curve curve = points.With(later, 600);
        Assert.InRange(curve.Values.Length, 300, 600);
        Assert.Equal((0, 100_001), (curve.Iterations[0], curve.Iterations[^1]));
        Assert.Equal(1e6, curve.Values.Max());
    }

    [Theory]
    [InlineData(0.2, "1 s")]
    [InlineData(59, "59 s")]
    [InlineData(61.5, "1 min 01 s")]
    [InlineData(7500, "2 h 05 min")]
    [InlineData(200_000, "2 d 07 h")]
    [InlineData(double.NaN, null)]
    public void A_time_is_said_in_its_two_largest_units(double seconds, string? text)
        => Assert.Equal(text, WatchSummary.Duration(seconds));

    private static Curve CurveOf(params double[] values) => Curve.Of(values.Select((value, i) => (10 * i, value)));

    [GeneratedRegex("(?:src|href)=\"(?!data:)|url\\(|@import|https?:")]
    private static partial Regex Loaded();

    [GeneratedRegex("<td class=\"n\"[^>]*>([^<]*)</td>")]
    private static partial Regex Number();

    [GeneratedRegex("class=\"curve\"[^>]* d=\"([^\"]*)\"")]
    private static partial Regex CurvePath();

    [GeneratedRegex(@"([0-9.]+) ([0-9.]+)")]
    private static partial Regex Point();

    [GeneratedRegex(@"<path class=""floor"" d=""M\d+ ([0-9.]+)H")]
    private static partial Regex FloorPath();
}
