using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Rendering;

namespace LinearTransformers.Experiments.Tests.Figures;

public class ScatterFigureTests
{
    [Fact]
    public void Points_without_a_place_or_a_colour_are_counted()
    {
        ScatterFigure figure = FigureSamples.Scatter(new ScatterPoint(1, -1, 0), new ScatterPoint(1, 1, double.NaN));

        Assert.Contains(FigureWriterTests.Labels(figure), l => l.StartsWith("2 points left out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_figure_without_points_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ScatterFigure("", new Axis(""), new Axis(""), [], ""));
    }

    [Fact]
    public void Points_of_one_value_are_drawn()
    {
        ScatterFigure figure = new(
            "", new Axis("x"), new Axis("y"), [new ScatterPoint(0, 0, 3), new ScatterPoint(1, 1, 3)], "Iteration");

        Assert.Contains("3.0", FigureWriterTests.Labels(figure));
    }

    [Fact]
    public void Later_colours_are_lighter()
    {
        List<double> lightness = Enumerable.Range(0, 101).Select(i => OkLab.From(SequentialColorMap.At(i / 100.0)).L).ToList();

        Assert.All(lightness.Zip(lightness.Skip(1)), pair => Assert.True(pair.Second > pair.First - 0.004));
    }
}
