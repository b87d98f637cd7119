using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Rendering;

namespace LinearTransformers.Experiments.Tests.Figures;

public class LineFigureTests
{
    [Fact]
    public void A_logarithmic_axis_leaves_out_and_counts_what_has_no_place_on_it()
    {
        LineFigure figure = FigureSamples.LogLine(1, 0, -1, double.NaN, double.PositiveInfinity, 0.1);

        Assert.Equal(4, SeriesPlacement.Place(figure).Sum(series => series.LeftOut));
        Assert.Contains("4 points left out: zero, negative or not finite, no place on a logarithmic axis",
            FigureWriterTests.Labels(figure));
    }

    [Fact]
    public void A_linear_axis_leaves_out_only_what_is_not_finite()
    {
        LineFigure figure = new("", new Axis(""), new Axis(""), [new Series("s", [0, 1, 2], [0, -1, double.NaN])]);

        Assert.Equal(1, SeriesPlacement.Place(figure).Sum(series => series.LeftOut));
        Assert.Contains("1 point left out: not finite", FigureWriterTests.Labels(figure));
    }

    [Fact]
    public void Nothing_is_said_when_nothing_is_left_out()
    {
        Assert.DoesNotContain(FigureWriterTests.Labels(FigureSamples.Line()), l => l.Contains("left out", StringComparison.Ordinal));
    }

    [Fact]
    public void Panels_count_together_what_they_leave_out()
    {
        PanelFigure figure = new("", [FigureSamples.LogLine(1, 0), FigureSamples.LogLine(-1, 2)]);

        Assert.Contains(FigureWriterTests.Labels(figure), l => l.StartsWith("2 points left out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_figure_with_nothing_to_show_is_still_drawn_and_says_so()
    {
        Assert.Contains(FigureWriterTests.Labels(FigureSamples.LogLine(0, -1)), l
            => l.StartsWith("2 points left out", StringComparison.Ordinal));
    }

    [Fact]
    public void A_line_is_broken_where_a_value_is_left_out()
    {
        PlacedSeries placed = Place(FigureSamples.LogLine(1, 10, 0, 100));

        Assert.Equal([2, 1], placed.Segments.Select(s => s.Count));
        Assert.Equal(2, placed.Segments[1][0].Y, 12);
    }

    [Fact]
    public void A_band_through_zero_goes_to_the_bottom_of_a_logarithmic_axis_and_is_not_counted()
    {
        Series series = new("s", [0, 1], [1, 1]) { Band = new Band([0.5, -0.5], [2, 2]) };
        LineFigure figure = new("", new Axis(""), new Axis("", AxisScale.Logarithmic), [series]);

        Assert.Equal(double.NegativeInfinity, Place(figure).BandSegments[0][1].Lower);
        Assert.Equal(0, SeriesPlacement.Place(figure).Sum(series => series.LeftOut));
    }

    [Fact]
    public void A_band_pulls_a_logarithmic_axis_down_by_a_decade_at_most()
    {
        Series series = new("s", [0, 1], [1, 1]) { Band = new Band([0.5, 1e-12], [2, 2]) };
        LineFigure figure = new("", new Axis(""), new Axis("", AxisScale.Logarithmic), [series]);

        Assert.Equal(-1, LinePlot.VerticalRange(figure, SeriesPlacement.Place(figure))!.Value.Low, 12);
    }

    [Fact]
    public void Series_of_the_same_name_have_the_same_colour_in_all_panels()
    {
        Series a = new("a", [0], [1]);
        Series b = new("b", [0], [1]);
        IReadOnlyList<IReadOnlyList<PlacedSeries>> placed = SeriesPlacement.Place([Linear(a, b), Linear(b)]);

        Assert.Equal(placed[0][1].Color, placed[1][0].Color);
        Assert.NotEqual(placed[0][0].Color, placed[0][1].Color);
    }

    [Fact]
    public void X_and_y_of_different_lengths_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Series("Adam", [0, 1, 2], [1, 2]));

        Assert.Contains("Series \"Adam\" has 3 x values but 2 y values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_series_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Series("Adam", [], []));

        Assert.Contains("Series \"Adam\" is empty", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_band_of_another_length_than_its_series_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Series("Adam", [0, 1], [1, 2]) { Band = new Band([1], [2]) });

        Assert.Contains("has 2 points but its band has 1", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Band([1, 2], [3]));
    }

    [Fact]
    public void A_figure_without_series_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new LineFigure("Loss", new Axis(""), new Axis(""), []));

        Assert.Contains("\"Loss\" has no series", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PanelFigure("Panels", []));
    }

    [Fact]
    public void What_has_no_place_on_an_axis_cannot_be_its_end_or_a_reference_line()
    {
        Assert.Throws<ArgumentException>(() => new Axis("loss", AxisScale.Logarithmic) { Minimum = 0 });
        Assert.Throws<ArgumentException>(() => new Axis("loss") { Maximum = double.NaN });
        Assert.Throws<ArgumentException>(() => new ReferenceLine("floor", double.NaN));
        Assert.Throws<ArgumentException>(() => FigureSamples.LogLine(1) with { ReferenceLines = [new ReferenceLine("floor", 0)] });
    }

    private static PlacedSeries Place(LineFigure figure) => SeriesPlacement.Place(figure)[0];

    private static LineFigure Linear(params Series[] series) => new("", new Axis(""), new Axis(""), series);
}
