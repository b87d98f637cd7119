using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Rendering;

namespace LinearTransformers.Experiments.Tests.Figures;

public class FootNoteTests
{
    private const string Note =
        "Test loss on 100,000 fresh prompts. Band: the mean ± its standard error over prompts (dark) and over seeds (light). One "
            + "sentence more, so that it takes a second line.";

    public static TheoryData<string> Kinds => FigureSamples.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_note_stands_at_the_foot_of_every_kind_of_figure_which_is_that_much_higher(string kind)
    {
        Experiments.Figures.Figure plain = FigureSamples.All[kind];
        Experiments.Figures.Figure noted = plain with { Note = Note };
        string[] lines = FigureWriterTests.Labels(noted).Except(FigureWriterTests.Labels(plain)).ToArray();

        Assert.Equal(Note.Split(' '), lines.SelectMany(line => line.Split(' ')));
        (FigureSize before, FigureSize after) = (FigureRenderers.Of(plain).Size, FigureRenderers.Of(noted).Size);
        Assert.Equal(before.Width, after.Width);
        double lineHeight = 1.35 * noted.Style.NoteFontSize;
        Assert.InRange(after.Height - before.Height, lineHeight * lines.Length - 1, lineHeight * lines.Length + 1);
        Assert.True(lines.Length > 1 || kind == "panels");
    }
}
