using LinearTransformers.Experiments.Figures.Rendering;
using SkiaSharp;

namespace LinearTransformers.Experiments.Tests.Figures;

public class PlacementTests
{
    private static readonly SKRect Box = new(10, 10, 20, 20);

    [Fact]
    public void A_line_past_a_box_costs_nothing()
    {
        Assert.Equal(0, Cost(new SKPoint(0, 0), new SKPoint(30, 5)));
        Assert.Equal(0, Cost(new SKPoint(0, 25), new SKPoint(9, 0)));
    }

    [Fact]
    public void A_line_through_a_box_costs_the_length_within_even_when_its_ends_are_outside()
    {
        Assert.Equal(10 + 1, Cost(new SKPoint(0, 15), new SKPoint(100, 15)), 4);
    }

    [Fact]
    public void A_single_point_in_a_box_costs_something()
    {
        Obstacles obstacles = new();
        obstacles.AddLine([new SKPoint(15, 15)]);

        Assert.True(obstacles.Cost(Box) > 0);
    }

    [Fact]
    public void The_font_has_every_sign_that_figures_use()
    {
        const string Signs = "−·±×²³⁰¹⁴⁵⁶⁷⁸⁹⁻ΣλμσδεθηαβᵀΔ₀₁₂₃₄₅₆₇₈₉‖∞≤≥≈∇√|‖ℓ→…–";

        Assert.True(FigureFont.Typeface.ContainsGlyphs(Signs));
        Assert.Equal("DejaVu Sans Condensed", FigureFont.Typeface.FamilyName);
    }

    private static float Cost(SKPoint from, SKPoint to)
    {
        Obstacles obstacles = new();
        obstacles.AddLine([from, to]);
        return obstacles.Cost(Box);
    }
}
