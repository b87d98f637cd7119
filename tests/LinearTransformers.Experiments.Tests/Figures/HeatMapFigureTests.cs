using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Rendering;

namespace LinearTransformers.Experiments.Tests.Figures;

public class HeatMapFigureTests
{
    [Fact]
    public void Every_entry_is_printed_with_two_decimals()
    {
        HeatMapFigure figure = new("", [HeatMap.FromRows("A", [-0.714, 0.005001, -2.66, 12.3456])]) { ShowColorBar = false };

        Assert.Equal(["A", "−0.71", "0.01", "−2.66", "12.35"], FigureWriterTests.Labels(figure));
    }

    [Theory]
    [InlineData(-0.0)]
    [InlineData(-0.004)]
    [InlineData(-1e-300)]
    [InlineData(0.0049)]
    public void What_rounds_to_zero_is_printed_without_a_sign(double entry)
    {
        Assert.Equal("0.00", HeatMapFigureRenderer.EntryText(entry));
    }

    [Fact]
    public void Entries_that_are_not_finite_are_printed_too()
    {
        HeatMapFigure figure = new("", [HeatMap.FromRows("A", [double.NaN, double.NegativeInfinity, 1, 0])]);

        Assert.Superset(new HashSet<string> { "nan", "−∞", "1.00" }, FigureWriterTests.Labels(figure).ToHashSet());
    }

    [Fact]
    public void A_matrix_that_is_not_square_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new HeatMap("A₀", new double[2, 3]));

        Assert.Contains("\"A₀\" is 2×3", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => HeatMap.FromRows("A₀", [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => HeatMap.FromRows("A₀", []));
        Assert.Throws<ArgumentException>(() => new HeatMapFigure("", []));
    }

    [Fact]
    public void A_matrix_does_not_change_with_the_array_it_was_made_from()
    {
        double[,] array = FigureSamples.Diagonal(1);
        HeatMap matrix = new("A", array);
        array[0, 0] = 2;

        Assert.Equal(1, matrix[0, 0]);
    }

    [Fact]
    public void Colours_are_neutral_at_zero_and_equally_strong_at_both_ends()
    {
        FigureColor zero = DivergingColorMap.At(0);

        Assert.Equal(zero.Red, zero.Blue);
        Assert.True(DivergingColorMap.At(-1).Blue > DivergingColorMap.At(-1).Red);
        Assert.True(DivergingColorMap.At(1).Red > DivergingColorMap.At(1).Blue);
        Assert.Equal(OkLab.From(DivergingColorMap.At(-1)).L, OkLab.From(DivergingColorMap.At(1)).L, 0.12);
    }

    [Fact]
    public void Text_stands_out_from_every_cell()
    {
        for (int i = -100; i <= 100; i++)
        {
            FigureColor cell = DivergingColorMap.At(i / 100.0);
            (double a, double b) = (OkLab.Luminance(cell), OkLab.Luminance(DivergingColorMap.TextOn(cell)));
            double contrast = (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);

            Assert.True(contrast >= 4, $"Contrast {contrast} at {i / 100.0}.");
        }
    }
}
